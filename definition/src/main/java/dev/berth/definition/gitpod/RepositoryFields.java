package dev.berth.definition.gitpod;

import dev.berth.base.text.Quoted;
import dev.berth.definition.Repositories;
import dev.berth.definition.Repositories.Additional;
import dev.berth.definition.reading.Findings;
import dev.berth.definition.reading.Section;
import dev.berth.definition.reading.Value;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Optional;

/** Reads {@code mainConfiguration} and {@code additionalRepositories}. */
final class RepositoryFields {
  private static final int MOST = 20; // each is a clone before the workspace is there
  private static final int MOST_URL = 4000; // what a workspace keeps of a context URL

  private final Findings findings;

  RepositoryFields(Findings findings) {
    this.findings = findings;
  }

  Repositories read(Section file) {
    var main = url(file, "mainConfiguration");
    var additional = new ArrayList<Additional>();
    var places = new HashSet<String>();
    for (var item : file.items("additionalRepositories", MOST)) {
      if (!(item instanceof Value.Fields fields)) {
        findings.error(
            item.place(),
            "A repository is a mapping, and this is %s; it is not cloned.".formatted(item.kind()),
            "Write \"- url: https://...\".");
        continue;
      }
      var section = file.inner(fields, "in a repository");
      var location = section.pathIn("/workspace", "checkoutLocation");
      var url = url(section, "url");
      section.finish();
      if (section.value("url").isEmpty()) {
        findings.error(
            section.place(), "This entry names no repository.", "Add \"url: https://...\".");
      } else if (location.isPresent() && !places.add(location.get())) {
        findings.error(
            section.place("checkoutLocation"),
            "Another repository is cloned to %s; this one is not cloned."
                .formatted(Quoted.text(location.get())),
            "Choose another folder.");
      } else {
        url.ifPresent(one -> additional.add(new Additional(one, location)));
      }
    }
    return new Repositories(main, additional);
  }

  private Optional<String> url(Section section, String name) {
    var url = section.text(name, MOST_URL).map(String::strip);
    if (url.isEmpty() || url.get().matches("[!-~&&[^-<>\"`]][!-~&&[^<>\"`]]{2,}")) return url;
    findings.error(
        section.place(name),
        "%s is no address of a repository; it is not used.".formatted(Quoted.text(url.get())),
        "Write it as the browser shows it, for example \"https://git.example.com/team/project\".");
    return Optional.empty();
  }
}
