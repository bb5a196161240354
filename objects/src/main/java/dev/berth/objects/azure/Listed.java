package dev.berth.objects.azure;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.xml.sax.SAXException;

/**
 * A page of a list as the service writes it.
 *
 * @param next where the next page is; empty on the last
 */
record Listed(List<Item> items, Optional<String> next) {
  /** A blob, or a container, which has no size. */
  record Item(String name, long sizeBytes, Instant written) {}

  /** Of {@code what}, "Blob" or "Container". */
  static Listed parse(byte[] xml, String what) throws IOException {
    var root = document(xml).getDocumentElement();
    var items = new ArrayList<Item>();
    var all = root.getElementsByTagName(what);
    for (int i = 0; i < all.getLength(); i++) items.add(item((Element) all.item(i)));
    return new Listed(items, text(root, "NextMarker"));
  }

  private static Item item(Element element) throws IOException {
    var name = text(element, "Name");
    var written = text(element, "Last-Modified");
    if (name.isEmpty() || written.isEmpty()) throw new IOException("Azure listed what is nothing");
    return new Item(
        name.get(),
        Long.parseLong(text(element, "Content-Length").orElse("0")),
        time(written.get()));
  }

  static Instant time(String text) {
    return Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(text));
  }

  private static Optional<String> text(Element in, String name) {
    var found = in.getElementsByTagName(name);
    return Optional.ofNullable(found.item(0))
        .map(node -> node.getTextContent())
        .filter(text -> !text.isEmpty());
  }

  /** It may refer to nothing outside. */
  private static Document document(byte[] xml) throws IOException {
    try {
      var factory = DocumentBuilderFactory.newInstance();
      factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
      factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
      return factory.newDocumentBuilder().parse(new ByteArrayInputStream(xml));
    } catch (ParserConfigurationException e) {
      throw new IllegalStateException("the JDK's parser knows these", e);
    } catch (SAXException e) {
      throw new IOException("Azure listed what cannot be read: " + e.getMessage(), e);
    }
  }
}
