package dev.berth.definition.devcontainer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.definition.Feature;
import dev.berth.definition.Feature.Place;
import dev.berth.definition.devcontainer.FeatureOrder.Circle;
import dev.berth.definition.devcontainer.FeatureOrder.Sorted;
import dev.berth.definition.devcontainer.FeatureOrder.TooMany;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class FeatureOrderTest {
  private final Map<String, FeatureMetadata> metadata = new HashMap<>();

  @Test
  void without_a_word_they_come_by_name() {
    assertThat(order(List.of(), "c", "a", "b")).containsExactly("a", "b", "c");
  }

  @Test
  void what_one_depends_on_comes_before_it_though_nobody_named_it() {
    depends("app", "runtime");
    depends("runtime", "libc");

    assertThat(order(List.of(), "app")).containsExactly("libc", "runtime", "app");
  }

  @Test
  void what_one_only_follows_is_not_added() {
    follows("a", "z", "absent");

    assertThat(order(List.of(), "a", "z")).containsExactly("z", "a");
  }

  @Test
  void the_own_order_pulls_forward_what_is_free() {
    follows("a", "z");

    assertThat(order(List.of("r.io/x/c", "r.io/x/a"), "a", "b", "c", "z"))
        .containsExactly("c", "b", "z", "a");
  }

  @Test
  void an_old_name_means_the_same_feature() {
    metadata.put("new", new FeatureMetadata("new", "", List.of(), List.of(), List.of("old")));
    follows("a", "old");

    assertThat(order(List.of(), "a", "new")).containsExactly("new", "a");
  }

  @Test
  void the_same_with_other_options_is_another() {
    var one = new Feature(place("a"), Map.of("version", "1"));
    var two = new Feature(place("a"), Map.of("version", "2"));

    assertThat(FeatureOrder.of(List.of(two, one, one), List.of(), this::of))
        .isEqualTo(new Sorted(List.of(one, two)));
  }

  @Test
  void a_circle_is_told() {
    depends("a", "b");
    depends("b", "a");

    assertThat(FeatureOrder.of(features("a", "c"), List.of(), this::of))
        .isInstanceOfSatisfying(Circle.class, circle -> assertThat(circle.features()).hasSize(2));
  }

  @Test
  void endless_dependencies_end() {
    for (int i = 0; i < 1000; i++) depends("f" + i, "f" + (i + 1));

    assertThat(FeatureOrder.of(features("f0"), List.of(), this::of)).isInstanceOf(TooMany.class);
  }

  private void depends(String id, String... on) {
    metadata.put(id, new FeatureMetadata(id, "", features(on), List.of(), List.of()));
  }

  private void follows(String id, String... after) {
    var ids = Stream.of(after).map(one -> "r.io/x/" + one).toList();
    metadata.put(id, new FeatureMetadata(id, "", List.of(), ids, List.of()));
  }

  private FeatureMetadata of(Feature feature) {
    var id = feature.place().id().replace("r.io/x/", "");
    return metadata.getOrDefault(id, new FeatureMetadata(id, "", List.of(), List.of(), List.of()));
  }

  private List<String> order(List<String> first, String... ids) {
    var order = (Sorted) FeatureOrder.of(features(ids), first, this::of);
    return order.features().stream().map(one -> one.place().id().replace("r.io/x/", "")).toList();
  }

  private static List<Feature> features(String... ids) {
    return Stream.of(ids).map(id -> new Feature(place(id), Map.of())).toList();
  }

  private static Place place(String id) {
    return new Place.Registry("r.io", "x/" + id, "1");
  }
}
