package dev.berth.e2e;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.berth.base.json.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * A registry of extensions that has one, {@code acme.hello}, in the words of Open VSX. On this
 * machine's loopback, where only the gateway reaches it.
 */
final class ExtensionRegistry implements AutoCloseable {
  private static final String VERSION = "1.0.3";
  private static final String ASSETS = "/vscode/asset/acme/hello/" + VERSION;
  private static final String PACKAGE = "Microsoft.VisualStudio.Services.VSIXPackage";
  private static final String MANIFEST = "Microsoft.VisualStudio.Code.Manifest";
  private static final String DETAILS = "Microsoft.VisualStudio.Services.Content.Details";

  /** Open VSX has one of each; the view offers no extension without. */
  private static final String SIGNATURE = "Microsoft.VisualStudio.Services.VsixSignature";

  private static final String PACKAGE_JSON =
      """
      {"name": "hello", "publisher": "acme", "version": "%s", "displayName": "Hello of Acme",
       "description": "Says hello.", "engines": {"vscode": "^1.80.0"}, "main": "./main.js",
       "activationEvents": ["onStartupFinished"],
       "contributes": {"commands": [{"command": "acme.hello", "title": "Say hello"}]}}
      """
          .formatted(VERSION);

  private static final String MAIN =
      """
      exports.activate = () => require('fs').writeFileSync('/tmp/acme-hello', 'active');
      """;

  private static final String VSIX_MANIFEST =
      """
      <?xml version="1.0" encoding="utf-8"?>
      <PackageManifest Version="2.0.0" xmlns="http://schemas.microsoft.com/developer/vsx-schema/2011">
        <Metadata>
          <Identity Language="en-US" Id="hello" Version="%s" Publisher="acme"/>
          <DisplayName>Hello of Acme</DisplayName>
          <Description>Says hello.</Description>
        </Metadata>
        <Installation><InstallationTarget Id="Microsoft.VisualStudio.Code"/></Installation>
        <Dependencies/>
        <Assets>
          <Asset Type="Microsoft.VisualStudio.Code.Manifest" Path="extension/package.json"/>
        </Assets>
      </PackageManifest>
      """
          .formatted(VERSION);

  /** How often it was asked for anything. */
  final AtomicInteger asked = new AtomicInteger();

  private final HttpServer server;
  private final byte[] vsix;

  private ExtensionRegistry(HttpServer server, byte[] vsix) {
    this.server = server;
    this.vsix = vsix;
  }

  static ExtensionRegistry open() throws IOException {
    var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    var registry = new ExtensionRegistry(server, zip());
    server.createContext("/", registry::handle);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.start();
    return registry;
  }

  String address() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  private static byte[] zip() throws IOException {
    var bytes = new ByteArrayOutputStream();
    var types =
        """
        <?xml version="1.0" encoding="utf-8"?>
        <Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
          <Default Extension=".json" ContentType="application/json"/>
          <Default Extension=".js" ContentType="application/javascript"/>
          <Default Extension=".vsixmanifest" ContentType="text/xml"/>
        </Types>
        """;
    try (var zip = new ZipOutputStream(bytes)) {
      add(zip, "extension.vsixmanifest", VSIX_MANIFEST);
      add(zip, "[Content_Types].xml", types);
      add(zip, "extension/package.json", PACKAGE_JSON);
      add(zip, "extension/main.js", MAIN);
    }
    return bytes.toByteArray();
  }

  private static void add(ZipOutputStream zip, String name, String text) throws IOException {
    zip.putNextEntry(new ZipEntry(name));
    zip.write(text.getBytes(StandardCharsets.UTF_8));
    zip.closeEntry();
  }

  private void handle(HttpExchange exchange) throws IOException {
    asked.incrementAndGet();
    var path = exchange.getRequestURI().getPath();
    var question = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    try (exchange) {
      switch (path) {
        case "/vscode/gallery/extensionquery" ->
            answer(exchange, "application/json", Json.bytes(found(question)));
        case ASSETS + "/" + PACKAGE -> answer(exchange, "application/zip", vsix);
        case ASSETS + "/" + MANIFEST ->
            answer(exchange, "application/json", PACKAGE_JSON.getBytes(StandardCharsets.UTF_8));
        case ASSETS + "/" + DETAILS ->
            answer(exchange, "text/markdown", "# Hello of Acme".getBytes(StandardCharsets.UTF_8));
        case ASSETS + "/" + SIGNATURE -> answer(exchange, "application/zip", new byte[22]);
        default -> exchange.sendResponseHeaders(404, -1);
      }
    }
  }

  private static void answer(HttpExchange exchange, String type, byte[] body) throws IOException {
    exchange.getResponseHeaders().set("Content-Type", type);
    exchange.sendResponseHeaders(200, body.length);
    exchange.getResponseBody().write(body);
  }

  /** Its one extension where the question could mean it. */
  private Map<String, Object> found(String question) {
    var extensions = question.contains("hello") ? List.of(extension()) : List.of();
    var count = Map.of("name", "TotalCount", "count", extensions.size());
    var result =
        Map.of(
            "extensions",
            extensions,
            "resultMetadata",
            List.of(Map.of("metadataType", "ResultCount", "metadataItems", List.of(count))));
    return Map.of("results", List.of(result));
  }

  private Map<String, Object> extension() {
    var time = "2026-11-01T10:00:00Z";
    var files =
        List.of(MANIFEST, DETAILS, PACKAGE, SIGNATURE).stream()
            .map(type -> Map.of("assetType", type, "source", address() + ASSETS + "/" + type))
            .toList();
    var engine = Map.of("key", "Microsoft.VisualStudio.Code.Engine", "value", "^1.80.0");
    var version =
        Map.of(
            "version",
            VERSION,
            "lastUpdated",
            time,
            "assetUri",
            address() + ASSETS,
            "fallbackAssetUri",
            address() + ASSETS,
            "files",
            files,
            "properties",
            List.of(engine));
    var publisher =
        Map.of(
            "publisherId", "00000000-0000-4000-8000-000000000001",
            "publisherName", "acme",
            "displayName", "Acme");
    return Map.ofEntries(
        Map.entry("extensionId", "00000000-0000-4000-8000-000000000002"),
        Map.entry("extensionName", "hello"),
        Map.entry("displayName", "Hello of Acme"),
        Map.entry("shortDescription", "Says hello."),
        Map.entry("publisher", publisher),
        Map.entry("versions", List.of(version)),
        Map.entry("statistics", List.of(Map.of("statisticName", "install", "value", 7))),
        Map.entry("tags", List.of()),
        Map.entry("categories", List.of("Other")),
        Map.entry("releaseDate", time),
        Map.entry("publishedDate", time),
        Map.entry("lastUpdated", time),
        Map.entry("flags", ""));
  }

  /** From then on nobody answers. */
  void goAway() {
    server.stop(0);
  }

  @Override
  public void close() {
    goAway();
  }
}
