package dev.berth.gateway.ssh;

import dev.berth.base.Problem;
import dev.berth.base.metrics.Metrics;
import dev.berth.base.text.Reason;
import dev.berth.gateway.activity.ActivityLog;
import dev.berth.gateway.route.RouteTable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.security.KeyPair;
import java.security.PublicKey;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.apache.sshd.common.AttributeRepository.AttributeKey;
import org.apache.sshd.common.NamedFactory;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.channel.ChannelFactory;
import org.apache.sshd.common.cipher.BuiltinCiphers;
import org.apache.sshd.common.io.IoAcceptor;
import org.apache.sshd.common.io.IoServiceEventListener;
import org.apache.sshd.common.io.IoSession;
import org.apache.sshd.common.kex.KexProposalOption;
import org.apache.sshd.common.keyprovider.KeyPairProvider;
import org.apache.sshd.common.mac.BuiltinMacs;
import org.apache.sshd.common.session.Session;
import org.apache.sshd.common.session.SessionHeartbeatController.HeartbeatType;
import org.apache.sshd.common.session.SessionListener;
import org.apache.sshd.common.session.helpers.AbstractSession;
import org.apache.sshd.common.util.buffer.ByteArrayBuffer;
import org.apache.sshd.core.CoreModuleProperties;
import org.apache.sshd.server.ServerBuilder;
import org.apache.sshd.server.ServerFactoryManager;
import org.apache.sshd.server.SshServer;
import org.apache.sshd.server.auth.AbstractUserAuth;
import org.apache.sshd.server.auth.UserAuth;
import org.apache.sshd.server.auth.UserAuthFactory;
import org.apache.sshd.server.auth.password.UserAuthPasswordFactory;
import org.apache.sshd.server.auth.pubkey.UserAuthPublicKeyFactory;
import org.apache.sshd.server.session.ServerSession;
import org.apache.sshd.server.session.ServerSessionImpl;
import org.apache.sshd.server.session.SessionFactory;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The SSH door of the gateway, open. */
public final class SshDoor implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SshDoor.class);

  /**
   * The logger of what MINA says of single connections: lines for each that sends nonsense or
   * breaks. This door tells of them itself, the first and then how many.
   */
  public static final String CONNECTIONS_LOG = "dev.berth.gateway.ssh.SshDoor$Client";

  /** A megabyte or two each while they are busy. */
  private static final int CONNECTIONS_MAX = 2000;

  /** From the connection to being let in; a person may type the token. */
  private static final Duration LOGIN = Duration.ofSeconds(60);

  /** How often it is looked who said nothing for too long. */
  private static final Duration LOOK = Duration.ofSeconds(1);

  /** A client offers each key of its agent, and each is a try. */
  private static final int TRIES_MAX = 10;

  /** `<id>#<token>` is 89 characters long. */
  private static final int USER_NAME_MAX = 256;

  private static final int CHANNELS_MAX = 256;

  /** How often a silent client is written to, so that one who is gone is found out. */
  private static final Duration HEARTBEAT = Duration.ofSeconds(30);

  /**
   * A client that a user has stopped with ^Z, or whose lid is closed, may take nothing for days.
   */
  private static final Duration PATIENCE = Duration.ofDays(7);

  /** A route may be away for a moment, while control is started again. */
  private static final Duration GRACE = Duration.ofSeconds(3);

  /** MINA's, which can let go of its sockets and keep its sessions. */
  private static final class Server extends SshServer {
    void unbind() {
      if (acceptor != null) acceptor.unbind();
    }
  }

  private final Server server;
  private final Thread looking;
  private final List<HostKey> hostKeys;

  private SshDoor(Server server, Thread looking, List<HostKey> hostKeys) {
    this.server = server;
    this.looking = looking;
    this.hostKeys = List.copyOf(hostKeys);
  }

  /** Opens it; returns when it listens. */
  public static SshDoor open(
      SshConfig config, RouteTable routes, ActivityLog activity, Metrics metrics, Clock clock) {
    useOwnCiphers();
    var keys = HostKeys.open(config.keys());
    var server = (Server) ServerBuilder.builder().factory(Server::new).build();
    server.setKeyPairProvider(KeyPairProvider.wrap(keys));
    server.setHost(
        config.listen().stream()
            .map(address -> address.getAddress().getHostAddress())
            .collect(Collectors.joining(",")));
    server.setPort(config.listen().getFirst().getPort());
    bound(server);
    server.setCipherFactories(ciphers());
    server.setMacFactories(macs());
    // SHA-1 is no signature any more; OpenSSH has not taken it since 2021.
    server.getSignatureFactories().removeIf(one -> one.getName().equals("ssh-rsa"));
    server.setChannelFactories(channels());
    server.setGlobalRequestHandlers(List.of(new GlobalRequests()));
    var admission = new Admission(routes);
    server.setUserAuthFactories(
        List.of(
            new UserAuthPublicKeyFactory(), new ByName(admission), new UserAuthPasswordFactory()));
    server.setPublickeyAuthenticator((name, key, _) ->
        isShort(name) && (admission.byKey(name, line(key)) || admission.byName(name)));
    server.setPasswordAuthenticator((name, password, _) ->
        isShort(name) && (admission.byToken(name, password) || admission.byName(name)));
    var guard = new Guard(new Attempts(clock), new Breaks(clock, LOG::warn), metrics, clock);
    server.setSessionFactory(sessions(server, guard.breaks));
    server.setIoServiceEventListener(guard);
    server.addSessionListener(
        new Visits(guard, session -> letIn(session, config, routes, activity)));
    try {
      server.start();
    } catch (IOException e) {
      throw new Problem.Unavailable(
          "SSH cannot listen on %s.".formatted(Reason.listening(config.listen(), e)),
          "Set ssh.port to a free port, or to 0 to do without SSH.",
          e);
    }
    var looking = Thread.ofVirtual().start(guard::look);
    return new SshDoor(server, looking, keys.stream().map(SshDoor::shown).toList());
  }

  /**
   * Bouncy Castle is here for Ed25519 and the key exchanges. Its ciphers are plain Java, a tenth as
   * fast as the JDK's own, and MINA would take them first.
   */
  private static void useOwnCiphers() {
    for (var kind : List.of("Cipher", "Mac")) {
      System.setProperty("org.apache.sshd.security.provider.BC." + kind, "none");
    }
    // Nobody else in this process shall get it.
    System.setProperty("org.apache.sshd.security.provider.BC.useNamed", "false");
  }

  private static void bound(SshServer server) {
    CoreModuleProperties.SERVER_IDENTIFICATION.set(server, "BERTH");
    CoreModuleProperties.AUTH_TIMEOUT.set(server, LOGIN);
    CoreModuleProperties.MAX_AUTH_REQUESTS.set(server, TRIES_MAX);
    CoreModuleProperties.MAX_CONCURRENT_CHANNELS.set(server, CHANNELS_MAX);
    // Silence is no reason to hang up: heartbeats find out who is gone.
    CoreModuleProperties.IDLE_TIMEOUT.set(server, Duration.ZERO);
    CoreModuleProperties.NIO2_READ_TIMEOUT.set(server, Duration.ZERO);
    CoreModuleProperties.NIO2_MIN_WRITE_TIMEOUT.set(server, PATIENCE);
    CoreModuleProperties.WAIT_FOR_SPACE_TIMEOUT.set(server, PATIENCE);
    CoreModuleProperties.TCP_NODELAY.set(server, true);
    CoreModuleProperties.SOCKET_KEEPALIVE.set(server, true);
    server.setSessionHeartbeat(HeartbeatType.IGNORE, HEARTBEAT);
  }

  /** Those that the processor has instructions for; each client of the last ten years has one. */
  private static List<NamedFactory<org.apache.sshd.common.cipher.Cipher>> ciphers() {
    return List.of(
        BuiltinCiphers.aes128gcm,
        BuiltinCiphers.aes256gcm,
        BuiltinCiphers.aes128ctr,
        BuiltinCiphers.aes256ctr);
  }

  private static List<NamedFactory<org.apache.sshd.common.mac.Mac>> macs() {
    return List.of(
        BuiltinMacs.hmacsha256etm,
        BuiltinMacs.hmacsha512etm,
        BuiltinMacs.hmacsha256,
        BuiltinMacs.hmacsha512);
  }

  private static SessionFactory sessions(SshServer server, Breaks breaks) {
    return new SessionFactory(server) {
      @Override
      protected ServerSessionImpl doCreateSession(IoSession io) throws Exception {
        return new Client(getServer(), io, breaks);
      }
    };
  }

  /** MINA's, which would say a line of each that breaks. */
  static final class Client extends ServerSessionImpl {
    private final Breaks breaks;

    Client(ServerFactoryManager server, IoSession io, Breaks breaks) throws Exception {
      super(server, io);
      this.breaks = breaks;
    }

    /** Called by MINA's exceptionCaught: this session, its state, the exception and its message. */
    @Override
    protected void warn(
        String message, Object session, Object state, Object kind, Object what, Throwable cause) {
      breaks.broke("%s, %s: %s".formatted(getIoSession().getRemoteAddress(), kind, what));
      LOG.debug("an SSH connection broke", cause);
    }
  }

  private static List<ChannelFactory> channels() {
    var all = new ArrayList<ChannelFactory>(ForwardChannel.Kind.all());
    all.add(new SessionChannel.Factory());
    return all;
  }

  private static boolean isShort(String name) {
    return name.length() <= USER_NAME_MAX;
  }

  private static void letIn(
      ServerSession session, SshConfig config, RouteTable routes, ActivityLog activity) {
    var workspace = Admission.UserName.parse(session.getUsername()).orElseThrow().workspace();
    LOG.info("{} was let in at {} by SSH", session.getClientAddress(), workspace);
    var _ = new Visit(session, workspace, routes, activity, config.dashboard());
  }

  /** Type and base64, as in a .pub file. */
  private static String line(PublicKey key) {
    var shown = shown(key);
    return shown.type() + " " + shown.host_key();
  }

  private static HostKey shown(KeyPair pair) {
    return shown(pair.getPublic());
  }

  private static HostKey shown(PublicKey key) {
    var buffer = new ByteArrayBuffer();
    buffer.putRawPublicKey(key);
    var bytes = buffer.getCompactData();
    var type = new ByteArrayBuffer(bytes).getString();
    // putRawPublicKey writes the type and the key's parts; as a whole they are the key's bytes.
    return new HostKey(type, Base64.getEncoder().encodeToString(bytes));
  }

  /** Where it listens. */
  public int port() {
    return server.getPort();
  }

  /** The public host keys. */
  public List<HostKey> hostKeys() {
    return hostKeys;
  }

  /** Hangs up on clients whose instance is gone; to be called when routes changed. */
  public void recheck() {
    for (var session : server.getActiveSessions()) {
      Visit.of(session)
          .filter(Visit::isOver)
          .ifPresent(visit -> Thread.ofVirtual().start(() -> endIfStillOver(session, visit)));
    }
  }

  private static void endIfStillOver(AbstractSession session, Visit visit) {
    try {
      Thread.sleep(GRACE);
      if (!visit.isOver() || session.isClosing()) return;
      session.disconnect(
          SshConstants.SSH2_DISCONNECT_BY_APPLICATION,
          "The workspace %s was stopped.".formatted(visit.workspace()));
    } catch (IOException | InterruptedException e) {
      session.close(true);
    }
  }

  /** Takes nobody more; who is here stays. */
  public void drain() {
    server.unbind();
  }

  /** Whether nobody is here. */
  public boolean isEmpty() {
    return server.getActiveSessions().isEmpty();
  }

  @Override
  public void close() {
    looking.interrupt();
    try {
      server.stop(true);
    } catch (IOException e) {
      LOG.debug("The SSH door did not close as it should", e);
    }
  }

  /** Slows down who failed too often, and looks after who is not let in yet. */
  private static final class Guard implements IoServiceEventListener {
    private final Attempts attempts;
    private final Breaks breaks;
    private final Newcomers<Session> newcomers;
    private final AtomicInteger connections = new AtomicInteger();

    private final Metrics.Counter logins;

    /** Of a session that came to a key exchange, which is what a stranger costs. */
    private static final AttributeKey<Boolean> COST_AN_EXCHANGE = new AttributeKey<>();

    Guard(Attempts attempts, Breaks breaks, Metrics metrics, Clock clock) {
      this.attempts = attempts;
      this.breaks = breaks;
      this.newcomers = new Newcomers<>(one -> one.getUsername() != null, clock);
      this.logins =
          metrics.counter("berth_ssh_logins_total", "SSH clients by what came of them.", "result");
      metrics.gauge(
          "berth_ssh_connections",
          "SSH connections, also of who is not let in yet.",
          List.of(),
          () -> Metrics.Value.of(connections.get()));
    }

    @Override
    public void connectionAccepted(
        IoAcceptor acceptor,
        @Nullable SocketAddress local,
        SocketAddress remote,
        @Nullable SocketAddress service)
        throws IOException {
      if (connections.get() >= CONNECTIONS_MAX) throw new IOException("too many connections");
    }

    void come(Session session) {
      var from = address(session.getIoSession().getRemoteAddress());
      newcomers
          .come(session, from)
          .ifPresent(other -> {
            logins.count("gave_way");
            other.close(true);
          });
    }

    /**
     * Lets the key exchange of {@code session}, which is about to begin, wait for the turn of its
     * address: nothing more is read of the client until then.
     */
    void takeTurn(Session session) {
      var from = address(session.getIoSession().getRemoteAddress());
      if (session.setAttribute(COST_AN_EXCHANGE, true) != null) attempts.failed(from); // once more
      var wait =
          attempts
              .turn(from)
              .orElseThrow(() -> {
                logins.count("kept_out");
                // So that MINA reads on nothing that was sent ahead.
                return new IllegalArgumentException("too many wait before it");
              });
      if (wait.isZero()) return;
      var io = session.getIoSession();
      io.suspendRead();
      Thread.ofVirtual().name("ssh-turn").start(() -> resume(io, wait));
    }

    private static void resume(IoSession io, Duration wait) {
      try {
        Thread.sleep(wait);
        io.resumeRead();
      } catch (InterruptedException | RuntimeException e) {
        io.close(true); // it is gone
      }
    }

    /** {@code session} ended and was not let in. */
    void failed(Session session) {
      boolean tried = newcomers.left(session);
      var from = address(session.getIoSession().getRemoteAddress());
      if (session.getAttribute(COST_AN_EXCHANGE) != null) attempts.failed(from);
      // Who named nobody only looked, as ssh-keyscan does.
      if (!tried || session.getUsername() == null) return;
      logins.count("refused");
      LOG.info("{} was not let in by SSH", from.getHostAddress());
    }

    /** Hangs up on those who name nobody, and tells of breaks, until it is interrupted. */
    void look() {
      try {
        while (true) {
          Thread.sleep(LOOK);
          newcomers.overdue().forEach(late -> late.close(true));
          breaks.look();
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt(); // the door is closed
      }
    }

    private static InetAddress address(@Nullable SocketAddress remote) {
      return remote instanceof InetSocketAddress inet
          ? inet.getAddress()
          : InetAddress.getLoopbackAddress();
    }
  }

  private interface LetIn {
    void run(ServerSession session);
  }

  /** Follows each connection from its beginning to its end. */
  private record Visits(Guard guard, LetIn letIn) implements SessionListener {
    @Override
    public void sessionCreated(Session session) {
      guard.connections.incrementAndGet();
      guard.come(session);
    }

    @Override
    public void sessionNegotiationEnd(
        Session session,
        Map<KexProposalOption, String> client,
        Map<KexProposalOption, String> server,
        Map<KexProposalOption, String> agreed,
        @Nullable Throwable failure) {
      if (failure == null && Visit.of(session).isEmpty()) guard.takeTurn(session);
    }

    @Override
    public void sessionEvent(Session session, Event event) {
      if (event != Event.Authenticated || !(session instanceof ServerSession client)) return;
      guard.newcomers.left(session);
      guard.logins.count("let_in");
      letIn.run(client);
    }

    @Override
    public void sessionClosed(Session session) {
      Visit.of(session).ifPresentOrElse(Visit::close, () -> guard.failed(session));
      guard.connections.decrementAndGet();
    }
  }

  /**
   * Lets in who brings the token in the user name. gitpod-classic 6.3 does so at the method "none",
   * which MINA always refuses; a client tries this one unasked, and here it has no question.
   */
  private record ByName(Admission admission) implements UserAuthFactory {
    @Override
    public String getName() {
      return "keyboard-interactive";
    }

    @Override
    public UserAuth createUserAuth(ServerSession session) {
      return new AbstractUserAuth(getName()) {
        @Override
        protected Boolean doAuth(org.apache.sshd.common.util.buffer.Buffer buffer, boolean init) {
          return isShort(getUsername()) && admission.byName(getUsername());
        }
      };
    }
  }
}
