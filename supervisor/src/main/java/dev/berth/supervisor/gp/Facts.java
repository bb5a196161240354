package dev.berth.supervisor.gp;

import dev.berth.base.Problem;
import dev.berth.protocol.Port;
import dev.berth.supervisor.json.Fields;
import dev.berth.supervisor.json.JsonText;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;

/** What is what: the workspace, its addresses, its owner. */
final class Facts {
  /** Where ssh goes unless told. */
  private static final int SSH_PORT = 22;

  private Facts() {}

  static List<Verb> verbs() {
    var json = Flag.of('j', "json", "print JSON");
    return List.of(
        Verb.of("info", "Show the workspace's ids, class and addresses", Facts::info).with(json),
        Verb.of("url", "Print the address of the workspace or of one of its ports", Facts::url)
            .taking(0, 1, "[port]"),
        Verb.of("user-info", "Show whose workspace it is", Facts::user)
            .with(json, Flag.of("email", "print the e-mail address only")),
        Verb.of(
            "ssh", "Print the command that opens a shell here from another machine", Facts::ssh),
        Verb.of("version", "Print the supervisor's version", Facts::version));
  }

  private static int info(Call call) {
    var info = call.door().info();
    var size = info.object("size");
    var facts = new LinkedHashMap<String, Object>();
    facts.put("workspace_id", info.text("workspace"));
    facts.put("instance_id", info.text("instance"));
    var sizeFacts = new LinkedHashMap<String, Object>();
    sizeFacts.put("id", size.text("name"));
    sizeFacts.put("display_name", size.text("name"));
    sizeFacts.put("description", words(size));
    facts.put("workspace_class", sizeFacts);
    facts.put("workspace_url", info.text("workspaceUrl"));
    facts.put("workspace_context_url", info.text("contextUrl"));
    facts.put("cluster_host", clusterHost(info));
    if (call.has("json")) {
      call.say(JsonText.write(facts));
      return 0;
    }
    var table = new Table("Workspace ID", info.text("workspace"));
    table.row("Instance ID", info.text("instance"));
    table.row("Workspace class", "%s (%s)".formatted(size.text("name"), words(size)));
    table.row("Workspace URL", info.text("workspaceUrl"));
    table.row("Cluster host", clusterHost(info));
    table.row("Context URL", info.text("contextUrl"));
    table.print(call.caller().out());
    return 0;
  }

  private static String words(Fields size) {
    return "%s cores, %s memory"
        .formatted(
            Amounts.cores(size.whole("cpuMillis")), Amounts.bytes(size.number("memoryBytes")));
  }

  /** What follows the workspace's id in its address. */
  private static String clusterHost(Fields info) {
    var authority = URI.create(info.text("workspaceUrl")).getAuthority();
    return authority.substring(authority.indexOf('.') + 1);
  }

  private static int url(Call call) {
    var workspace = workspaceUrl(call);
    if (call.operand(0).isEmpty()) call.say(workspace);
    else call.say(portUrl(workspace, port(call.operand(0).get())));
    return 0;
  }

  /** From the environment, which needs no supervisor; a program may have been started without. */
  static String workspaceUrl(Call call) {
    return call.caller()
        .variable("GITPOD_WORKSPACE_URL")
        .orElseGet(() -> call.door().info().text("workspaceUrl"));
  }

  static String portUrl(String workspaceUrl, int port) {
    return workspaceUrl.replaceFirst("://", "://" + port + "-");
  }

  static int port(String text) {
    return Port.parse(text)
        .map(Port::number)
        .orElseThrow(() ->
            new Problem.Invalid(
                "\"%s\" is no port of a workspace.".formatted(text),
                "Use a number from 1 to 65535 that is not one of Berth's own: %d, %d, %d."
                    .formatted(Port.SUPERVISOR, Port.IDE, Port.SSH)));
  }

  private static int user(Call call) {
    var who = call.door().errand("whoIs");
    if (call.has("email")) {
      call.say(who.optionalText("email").orElse(""));
      return 0;
    }
    if (call.has("json")) {
      var facts = new LinkedHashMap<String, Object>();
      facts.put("user_id", who.text("id"));
      facts.put("name", who.text("name"));
      facts.put("email", who.optionalText("email").orElse(""));
      call.say(JsonText.write(facts));
      return 0;
    }
    var table = new Table("User ID", who.text("id"));
    table.row("Name", who.text("name"));
    who.optionalText("email").ifPresent(email -> table.row("Email", email));
    table.print(call.caller().out());
    return 0;
  }

  private static int ssh(Call call) {
    var workspace = call.door().info().text("workspace");
    var door =
        call.door()
            .errand("sshDoor")
            .optionalObject("ssh")
            .orElseThrow(() ->
                new Problem.Unavailable(
                    "This installation has no SSH.",
                    "Ask its operator to set ssh.port in berth.yaml; a terminal is in the"
                        + " browser."));
    int port = door.whole("port");
    var host = door.text("host");
    // Not every resolver knows names below localhost.
    var reached = host.endsWith(".localhost") ? "localhost" : host;
    var to = "'%s@%s'".formatted(workspace, reached);
    call.say(port == SSH_PORT ? "ssh " + to : "ssh -p %d %s".formatted(port, to));
    return 0;
  }

  private static int version(Call call) {
    call.say(version());
    return 0;
  }

  static String version() {
    return System.getProperty("berth.version", "unknown");
  }
}
