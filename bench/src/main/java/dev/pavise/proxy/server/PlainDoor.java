package dev.pavise.proxy.server;

import dev.pavise.policy.Decision;
import dev.pavise.policy.Facts;
import dev.pavise.policy.Permission;
import dev.pavise.policy.Permit;
import dev.pavise.policy.Policy;
import dev.pavise.policy.Rule;
import dev.pavise.policy.Subject;
import dev.pavise.policy.config.EnvironmentLookup;
import dev.pavise.proxy.config.ConfigLoader;
import dev.pavise.proxy.config.ConfigResult;
import dev.pavise.proxy.forward.Upstream;
import dev.pavise.proxy.forward.UpstreamEndpoint;
import dev.pavise.proxy.forward.UpstreamLimits;
import dev.pavise.proxy.forward.UpstreamProtocol;
import dev.pavise.proxy.forward.UpstreamSecurity;
import dev.pavise.proxy.forward.UpstreamSettings;
import dev.pavise.proxy.gate.Caller;
import dev.pavise.proxy.gate.Door;
import dev.pavise.proxy.tls.Peer;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.WriteBufferWaterMark;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/**
 * For measurements: the gateway of a configuration with every control on, and on its event loops one more door, plain HTTP/1.1 on loopback
 * to one upstream with the same parser, responder, forwarder and buffers, and neither TLS nor gate nor records. The difference is what those cost. It
 * exists in this module only; the product has no way to it.
 */
public final class PlainDoor {
    private static final int BACKLOG = 4096;
    private static final WriteBufferWaterMark WATER = new WriteBufferWaterMark(32 * 1024, 64 * 1024);

    private PlainDoor() {}

    /** {@code PlainDoor CONFIG PORT BACKEND_PORT}: serves until the process is told to end. What follows is not looked at. */
    public static void main(String[] arguments) throws Exception {
        if (arguments.length < 3) {
            System.err.println("usage: PlainDoor CONFIG PORT BACKEND_PORT");
            System.exit(2);
        }
        EnvironmentLookup environment = EnvironmentLookup.ofProcess();
        switch (ConfigLoader.load(Path.of(arguments[0]), environment)) {
            case ConfigResult.Invalid invalid -> {
                invalid.errors().forEach(System.err::println);
                System.exit(1);
            }
            case ConfigResult.Loaded loaded -> {
                ProxyServer server = ProxyServer.start(loaded.config(), environment);
                Runtime.getRuntime().addShutdownHook(new Thread(server::close));
                Channel open = open(server, Integer.parseInt(arguments[1]), Integer.parseInt(arguments[2]));
                System.out.println("ready " + server.url() + " and plain on " + open.localAddress());
                new CountDownLatch(1).await();
            }
        }
    }

    /** Opens the plain door on the event loops of a gateway. */
    static Channel open(ProxyServer server, int port, int backend) {
        EventLoops loops = server.eventLoops();
        PlainExchange.Way way = new PlainExchange.Way(permit(), upstream(backend));
        return new ServerBootstrap()
                .group(loops.acceptor(), loops.workers())
                .channelFactory(loops.transport().servers())
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER)
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        accept(channel, loops.of(channel.eventLoop()), way);
                    }
                })
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
                .syncUninterruptibly()
                .channel();
    }

    private static void accept(Channel channel, Loop loop, PlainExchange.Way way) {
        InetSocketAddress remote = (InetSocketAddress) channel.remoteAddress();
        Peer peer = new Peer(remote.getAddress(), remote.getPort(), "none", "http/1.1", List.of(), "plain");
        Session session = new Session(loop, new Caller(peer, Door.ROUTES));
        channel.pipeline()
                .addLast(
                        Pipelines.HTTP1,
                        new Http1Connection(loop, session, client -> new PlainExchange(loop, way, client)));
    }

    private static Upstream upstream(int port) {
        UpstreamEndpoint endpoint = new UpstreamEndpoint("127.0.0.1", port, new UpstreamSecurity.Plain());
        return new Upstream(
                new UpstreamSettings("plain", UpstreamProtocol.AUTO, List.of(endpoint), UpstreamLimits.DEFAULTS, null),
                System::nanoTime);
    }

    /** Forwarding asks for a permit, here as well: the one an operator would get. */
    private static Permit permit() {
        Policy policy = Policy.compile(List.of(), List.of(), List.of(), Map.of());
        Rule rule = Rule.of("plain", Permission.parse("plain:forward"));
        Decision decision = policy.decide(policy.principal(new Subject.Operator()), rule, Facts.NONE);
        if (decision instanceof Permit permit) {
            return permit;
        }
        throw new IllegalStateException("an operator is not permitted to forward: " + decision);
    }
}
