package dev.berth.runtime.kubernetes;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;

/** A test that runs where the environment names a cluster and its profile was asked for. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(OnCluster.Condition.class)
@interface OnCluster {
  /** Says what is missing. */
  final class Condition implements ExecutionCondition {
    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
      if (!Boolean.getBoolean("berth.cluster")) {
        return ConditionEvaluationResult.disabled("needs a cluster: ./mvnw verify -Pcluster");
      }
      for (var name : new String[] {"KUBECONFIG", "BERTH_TEST_REGISTRY"}) {
        if (System.getenv(name) == null) {
          throw new IllegalStateException(
              "-Pcluster was given, but the environment has no " + name + ": see CONTRIBUTING.md");
        }
      }
      return ConditionEvaluationResult.enabled("KUBECONFIG names a cluster");
    }
  }
}
