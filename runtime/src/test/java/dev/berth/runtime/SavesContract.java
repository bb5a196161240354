package dev.berth.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.base.Problem;
import dev.berth.protocol.UserId;
import dev.berth.protocol.WorkspaceId;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What {@link Saves} promises of what is not there, for all to keep, also where nothing is saved.
 * {@link SavingContract} goes on with what is.
 */
public abstract class SavesContract {
  /** A point's form, of none that was made. */
  private static final String NO_POINT = "20261122t080000000z-0123456789abcdef";

  protected final WorkspaceId fox = WorkspaceId.create("contract", "fox");
  protected final WorkspaceId owl = WorkspaceId.create("contract", "owl");
  protected final UserId ann = UserId.create();
  protected final UserId bob = UserId.create();

  protected Saves saves = Saves.OFF; // until open_saves runs

  /** Opens saves that have none yet; the test that made them closes them. */
  protected abstract Saves open() throws Exception;

  @BeforeEach
  void open_saves() throws Exception {
    saves = open();
  }

  @Test
  void of_a_workspace_that_was_never_saved_there_is_nothing() throws Exception {
    assertThat(saves.points(fox, ann)).isEmpty();
    assertThat(saves.newest(fox, ann, Optional.empty())).isEmpty();
    assertThat(saves.isHeld(new Seed(fox, NO_POINT), ann)).isFalse();
    assertThat(saves.trouble(fox)).isEmpty();
    assertThat(saves.notices(fox)).isEmpty();
    assertThatThrownBy(() -> saves.save(fox, ann)).isInstanceOf(Problem.Missing.class);
    assertThatThrownBy(() -> saves.keep(fox, ann, NO_POINT)).isInstanceOf(Problem.Missing.class);
  }

  @Test
  void a_point_may_be_asked_for_by_whatever_somebody_wrote() throws Exception {
    for (var text : List.of(NO_POINT, "", ".", "../" + NO_POINT, "p\n", "\0", "x".repeat(5000))) {
      assertThat(saves.has(fox, ann, text)).as(text).isFalse();
    }
  }

  @Test
  void a_change_of_a_workspace_that_is_gone_is_no_trouble() throws Exception {
    saves.mayHaveChanged(fox, ann);
    saves.mayHaveChanged(fox, ann);

    assertThat(saves.points(fox, ann)).isEmpty();
    assertThat(saves.trouble(fox)).isEmpty();
  }

  @Test
  void what_was_never_saved_may_be_forgotten_and_more_than_once() throws Exception {
    saves.forget(fox, ann);
    saves.forget(fox, ann);

    assertThat(saves.points(fox, ann)).isEmpty();
  }
}
