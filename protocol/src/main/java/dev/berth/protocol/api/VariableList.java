package dev.berth.protocol.api;

import java.util.List;

/** The caller's variables. */
public record VariableList(List<VariableView> variables) {
  public VariableList {
    variables = List.copyOf(variables);
  }
}
