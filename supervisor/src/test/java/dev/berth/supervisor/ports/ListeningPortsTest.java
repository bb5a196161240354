package dev.berth.supervisor.ports;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.protocol.inside.InstanceStatus.ServedPort;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ListeningPortsTest {
  @Test
  void listeners_are_found_in_the_kernels_tables(@TempDir Path net) throws Exception {
    Files.writeString(
        net.resolve("tcp"),
        """
          sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid
           0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000 33333
           1: 00000000:0BB8 00000000:0000 0A 00000000:00000000 00:00000000 00000000 33333
           2: 0100007F:0FA0 0100007F:1F90 01 00000000:00000000 00:00000000 00000000 33333
           3: 00000000:59D7 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0
           4: 0100007F:1388 00000000:0000 0A 00000000:00000000 00:00000000 00000000 33333
        """);
    Files.writeString(
        net.resolve("tcp6"),
        """
          sl  local_address                         remote_address                        st
           0: 00000000000000000000000001000000:2328 00000000000000000000000000000000:0000 0A 0
           1: 0000000000000000FFFF00000100007F:2329 00000000000000000000000000000000:0000 0A 0
           2: 00000000000000000000000000000000:1388 00000000000000000000000000000000:0000 0A 0
        broken line
        """);
    var changes = new AtomicInteger();
    var ports = new ListeningPorts(net, changes::incrementAndGet);

    ports.look();
    ports.look();

    assertThat(ports.served())
        .containsExactly(
            new ServedPort(3000, false),
            new ServedPort(5000, false),
            new ServedPort(8080, true),
            new ServedPort(9000, true),
            new ServedPort(9001, true));
    assertThat(changes).hasValue(1);
  }
}
