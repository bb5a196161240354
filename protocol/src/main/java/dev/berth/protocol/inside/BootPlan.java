package dev.berth.protocol.inside;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.berth.protocol.InstanceId;
import dev.berth.protocol.Notice;
import dev.berth.protocol.ToldNotices;
import dev.berth.protocol.WorkspaceId;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * All that a supervisor is told: JSON in the file {@link #PATH} of the instance, readable by root
 * inside only. What its user's processes may see of it is in {@code env}.
 *
 * @param token what a caller of its API must bring as {@code Authorization: Bearer}
 * @param workspaceUrl where a browser finds the workspace, for example {@code
 *     http://octo-hello-abcdefghijk.ws.berth.localhost:8433}; a port's host is made of it by
 *     putting {@code <port>-} before the id
 * @param dashboardUrl the installation's own address
 * @param contextUrl what the user opened
 * @param content how /workspace is filled where it is empty
 * @param tasks the terminals to open, in this order
 * @param ports what the definition says of ports
 * @param env set for each of the user's processes; {@code ${containerEnv:NAME}} and {@code
 *     ${containerEnv:NAME:otherwise}} in a value stand for what the image says, which is known
 *     inside only
 * @param owner whose it is
 * @param size how big the instance is
 * @param stopGraceSeconds from SIGTERM to the end of the user's processes
 * @param editor what the browser editor is told
 * @param told lines for the user to read in the first terminal's head: findings of the definition,
 *     an image that was replaced
 * @param definition the file of the repository that the definition was read from; empty where it
 *     was none of this repository
 * @param headless whether it is a prebuild: its tasks run what others will find done, and nobody
 *     works in it
 * @param user the account of the image that the user's processes run as, by its name or number, in
 *     the words of who names it; empty for gitpod
 * @param authorities whose certificates are trusted inside beside those that the image trusts, in
 *     PEM; empty for none
 */
public record BootPlan(
    WorkspaceId workspace,
    InstanceId instance,
    String token,
    String workspaceUrl,
    String dashboardUrl,
    String contextUrl,
    ContentPlan content,
    List<TaskPlan> tasks,
    List<PortPlan> ports,
    Map<String, String> env,
    OwnerPlan owner,
    SizePlan size,
    int stopGraceSeconds,
    EditorPlan editor,
    @JsonUnwrapped ToldNotices told,
    Optional<DefinitionFile> definition,
    boolean headless,
    Optional<String> user,
    String authorities) {

  /** Where in an instance the file lies. */
  public static final String PATH = "/.berth/boot.json";

  public BootPlan {
    tasks = List.copyOf(tasks);
    ports = List.copyOf(ports);
    env = Map.copyOf(env);
  }

  /**
   * A file that says what is wanted.
   *
   * @param path relative to the repository
   * @param digest of its bytes when it was read, SHA-256 in hexadecimal; empty where that was not
   *     noted
   */
  public record DefinitionFile(String path, Optional<String> digest) {
    /** That of a file that holds {@code bytes}. */
    public static String digest(byte[] bytes) {
      try {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException("every Java has SHA-256", e);
      }
    }
  }

  /** Lines for the user to read. */
  public List<Notice> notices() {
    return told.all();
  }

  /** The same as a prebuild. */
  public BootPlan asHeadless() {
    return copy(owner, tasks, ports, env, editor, told, definition, true, user);
  }

  /** The same with other variables and notices. */
  public BootPlan with(Map<String, String> env, List<Notice> notices) {
    return of(tasks, ports, env, editor, notices);
  }

  /** The same for the git that clones: without the variables that are withheld from it. */
  public BootPlan forClone() {
    var own = new HashMap<>(env);
    own.keySet().removeAll(content.withheld());
    return with(own, notices());
  }

  /** The same of another owner. */
  public BootPlan of(OwnerPlan owner) {
    return copy(owner, tasks, ports, env, editor, told, definition, headless, user);
  }

  /** The same, read from {@code definition}. */
  public BootPlan of(DefinitionFile definition) {
    return copy(owner, tasks, ports, env, editor, told, Optional.of(definition), headless, user);
  }

  /** The same of another definition. */
  public BootPlan of(
      List<TaskPlan> tasks,
      List<PortPlan> ports,
      Map<String, String> env,
      EditorPlan editor,
      List<Notice> notices) {
    return copy(
        owner, tasks, ports, env, editor, ToldNotices.of(notices), definition, headless, user);
  }

  /** The same, worked in by another account. */
  public BootPlan workedInBy(String account) {
    return copy(owner, tasks, ports, env, editor, told, definition, headless, Optional.of(account));
  }

  private BootPlan copy(
      OwnerPlan owner,
      List<TaskPlan> tasks,
      List<PortPlan> ports,
      Map<String, String> env,
      EditorPlan editor,
      ToldNotices told,
      Optional<DefinitionFile> definition,
      boolean headless,
      Optional<String> user) {
    return new BootPlan(
        workspace,
        instance,
        token,
        workspaceUrl,
        dashboardUrl,
        contextUrl,
        content,
        tasks,
        ports,
        env,
        owner,
        size,
        stopGraceSeconds,
        editor,
        told,
        definition,
        headless,
        user,
        authorities);
  }
}
