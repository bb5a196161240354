package dev.berth.installer.manifests;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.util.Optional;

/** One object of an installation, in the stage that makes it. */
public record Manifest(Stage stage, ObjectNode body) {
  /** Annotation: why it is there, for who meets it with kubectl. */
  public static final String WHY = "berth.dev/why";

  private static final YAMLMapper YAML =
      YAMLMapper.builder()
          .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
          .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
          .enable(YAMLGenerator.Feature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS)
          .enable(YAMLGenerator.Feature.INDENT_ARRAYS_WITH_INDICATOR)
          .disable(YAMLGenerator.Feature.SPLIT_LINES)
          .build();

  public String apiVersion() {
    return body.path("apiVersion").asText();
  }

  public String kind() {
    return body.path("kind").asText();
  }

  public String name() {
    return body.path("metadata").path("name").asText();
  }

  /** Empty for what is of the whole cluster. */
  public Optional<String> namespace() {
    return Optional.of(body.path("metadata").path("namespace").asText())
        .filter(name -> !name.isEmpty());
  }

  /** One of each is in a cluster: kind, namespace and name. */
  public String key() {
    return "%s %s%s".formatted(kind(), namespace().map(name -> name + "/").orElse(""), name());
  }

  public String why() {
    return body.path("metadata").path("annotations").path(WHY).asText();
  }

  /** Whether it holds what no other installation has, and what is lost with it. */
  public boolean isData() {
    return kind().equals("Secret") || kind().equals("PersistentVolumeClaim");
  }

  /** Whether deleting it deletes whatever else is in it. */
  public boolean isNamespace() {
    return kind().equals("Namespace");
  }

  /** As kubectl takes it, with its reason above. */
  public String yaml() {
    try {
      return "# %s\n%s".formatted(why(), YAML.writeValueAsString(body));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("no YAML can be made of " + key(), e);
    }
  }

  /** A tree as YAML, always the same bytes for the same tree. */
  static String yaml(ObjectNode tree) {
    try {
      return YAML.writeValueAsString(tree);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("no YAML can be made of settings", e);
    }
  }
}
