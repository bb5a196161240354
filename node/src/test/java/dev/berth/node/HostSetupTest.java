package dev.berth.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.base.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** With programs of its own in a folder of its own; an apt-get of its own installs into it. */
class HostSetupTest {
  private static final List<HostSetup.Need> NEEDS =
      List.of(
          new HostSetup.Need(List.of("runc", "crun"), "runc", "makes containers"),
          new HostSetup.Need(List.of("nft"), "nftables", "keeps workspaces apart"));

  @TempDir Path bin;

  private final List<String> told = new ArrayList<>();

  @Test
  void a_machine_that_has_all_gets_nothing_installed() throws Exception {
    program("crun", "exit 1");
    program("nft", "exit 1");

    assertThat(new HostSetup(NEEDS, List.of(bin)).prepare(told::add)).isEqualTo("crun");
    assertThat(told).isEmpty();
  }

  @Test
  void what_is_missing_is_installed_and_said_with_its_reason() throws Exception {
    program("runc", "exit 1");
    program("apt-get", "echo \"$@\" >> %s/calls; touch %1$s/nft; chmod +x %1$s/nft".formatted(bin));

    assertThat(new HostSetup(NEEDS, List.of(bin)).prepare(told::add)).isEqualTo("runc");
    assertThat(told).containsExactly("Installing nftables, which keeps workspaces apart.");
    assertThat(Files.readString(bin.resolve("calls")))
        .contains("install --yes")
        .contains("nftables");
  }

  @Test
  void an_old_list_of_packages_is_fetched_anew() throws Exception {
    program("runc", "exit 1");
    program(
        "apt-get",
        """
        case "$*" in
          *update*) touch %1$s/updated ;;
          *) [ -e %1$s/updated ] || exit 100; touch %1$s/nft; chmod +x %1$s/nft ;;
        esac
        """
            .formatted(bin));

    new HostSetup(NEEDS, List.of(bin)).prepare(told::add);

    assertThat(told).anyMatch(line -> line.contains("list of packages"));
  }

  @Test
  void what_cannot_be_installed_is_said_with_the_command_to_do_it_by_hand() throws Exception {
    program("apt-get", "echo 'E: Unable to locate package'; exit 100");

    assertThatThrownBy(() -> new HostSetup(NEEDS, List.of(bin)).prepare(told::add))
        .isInstanceOfSatisfying(
            Problem.Unavailable.class,
            problem -> {
              assertThat(problem.what()).contains("runc", "nft");
              assertThat(problem.remedy()).contains("apt-get install runc nftables");
            });
    assertThat(told).contains("  E: Unable to locate package");
  }

  @Test
  void a_machine_without_apt_is_told_what_to_install() {
    assertThatThrownBy(() -> new HostSetup(NEEDS, List.of(bin)).prepare(told::add))
        .isInstanceOf(Problem.Unavailable.class)
        .hasMessageContaining("apt-get is not on this machine");
  }

  @ParameterizedTest
  @CsvSource({
    "5.10.0-30-amd64, false",
    "5.19.0, true",
    "6.1.0-25-amd64, true",
    "6.8.0-45-generic, true",
    "4.19.0, false"
  })
  void a_kernel_is_new_enough_from_5_19_on(String release, boolean enough) {
    assertThat(HostSetup.newEnough(release)).isEqualTo(enough);
  }

  private void program(String name, String script) throws IOException {
    var file = bin.resolve(name);
    Files.writeString(file, "#!/bin/sh\n" + script + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }
}
