package dev.berth.runtime.kubernetes.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.base.Problem;
import io.fabric8.kubernetes.api.model.StatusBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.net.ConnectException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RefusalsTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          403 | pods "x" is forbidden: exceeded quota: pods, requested: pods=1, used: pods=5 | quota leaves no room | ResourceQuota of ws
          403 | pods "x" is forbidden: violates PodSecurity "restricted:latest": privileged | pod security | pod-security.kubernetes.io/enforce
          400 | admission webhook "policy.example" denied the request: no | A rule of the cluster | admission rules
          403 | pods is forbidden: User "u" cannot create resource "pods" in API group "" | may not do that | kubectl -n ws auth can-i --list
          401 | Unauthorized | does not know who asks | credentials
          404 | namespaces "ws" not found | namespace ws is not there | kubectl create namespace ws
          403 | pods "x" is forbidden: no PriorityClass with name low was found | no such priority class | kubectl create priorityclass low
          422 | Pod "x" is invalid: spec.containers[0].image: Required value | does not take its pod | can run
          """)
  void a_refusal_says_what_to_do(int code, String said, String what, String remedy) {
    var refused = Refusals.of(exception(code, said), "ws");

    assertThat(refused.what()).contains(what).contains(said.substring(0, 8));
    assertThat(refused.remedy()).contains(remedy);
  }

  @ParameterizedTest
  @CsvSource({"500", "503", "504", "429"})
  void a_server_that_cannot_now_is_away(int code) {
    assertThat(Refusals.problem("Looking", "https://api", exception(code, "etcd is gone")))
        .isInstanceOf(Problem.Unavailable.class)
        .hasMessageContaining("https://api does not answer as it should: etcd is gone");
  }

  @Test
  void a_server_that_is_not_reached_is_away() {
    var e = new KubernetesClientException("x", new IOException(new ConnectException("refused")));

    assertThat(Refusals.problem("Looking", "https://api", e))
        .isInstanceOf(Problem.Unavailable.class)
        .hasMessageContaining("ConnectException: refused");
  }

  @Test
  void who_may_not_look_is_told_so_and_not_that_the_server_is_away() {
    var e = exception(403, "pods is forbidden: User \"u\" cannot list resource in API group \"\"");

    assertThat(Refusals.problem("Listing the pods", "https://api", e))
        .isInstanceOf(Problem.Conflict.class)
        .hasMessageContaining("Listing the pods was refused by the cluster");
  }

  private static KubernetesClientException exception(int code, String said) {
    return new KubernetesClientException(
        "x", code, new StatusBuilder().withCode(code).withMessage(said).build());
  }
}
