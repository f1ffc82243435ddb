package dev.pavise.proxy.forward;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.pavise.policy.Facts;
import dev.pavise.policy.Permission;
import dev.pavise.policy.Permit;
import dev.pavise.policy.Policy;
import dev.pavise.policy.Rule;
import dev.pavise.policy.Subject;
import dev.pavise.proxy.http.HeaderBlock;
import dev.pavise.proxy.http.RequestHead;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.ResourceLeakDetector;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** A forwarder on two event loops, and short ways to send requests through it. Stopping it fails where a buffer was leaked. */
final class Forwarding {
    static final UpstreamLimits LIMITS =
            new UpstreamLimits(Duration.ofSeconds(10), Duration.ofSeconds(30), 50, 50, 100, 16 * 1024, 50);

    private static final AtomicInteger LEAKS = new AtomicInteger();

    static {
        ByteBufUtil.setLeakListener((resource, records) -> LEAKS.incrementAndGet());
    }

    final EventLoopGroup group;
    final Forwarder forwarder;
    private final List<Upstream> upstreams = new ArrayList<>();

    Forwarding() {
        this(new MultiThreadIoEventLoopGroup(2, NioIoHandler.newFactory()), new Forwarder(NioSocketChannel::new));
    }

    Forwarding(EventLoopGroup group, Forwarder forwarder) {
        this.group = group;
        this.forwarder = forwarder;
    }

    Upstream plain(int... ports) {
        return upstream(UpstreamProtocol.AUTO, LIMITS, ports);
    }

    Upstream upstream(UpstreamProtocol protocol, UpstreamLimits limits, int... ports) {
        List<UpstreamEndpoint> endpoints = new ArrayList<>();
        for (int port : ports) {
            endpoints.add(new UpstreamEndpoint("127.0.0.1", port, new UpstreamSecurity.Plain()));
        }
        return upstream(new UpstreamSettings("origin", protocol, endpoints, limits, null));
    }

    Upstream upstream(UpstreamSettings settings) {
        Upstream upstream = new Upstream(settings, System::nanoTime);
        upstreams.add(upstream);
        return upstream;
    }

    /** What only a policy can make. */
    static Permit permit() {
        Policy policy = Policy.compile(List.of(), List.of(), List.of(), Map.of());
        Rule rule = Rule.of("test", Permission.parse("a:b"));
        return (Permit) policy.decide(policy.principal(new Subject.Operator()), rule, Facts.NONE);
    }

    EventLoop loop() {
        return group.iterator().next() instanceof EventLoop loop ? loop : group.next();
    }

    EventLoop otherLoop() {
        EventLoop last = loop();
        for (var each : group) {
            last = (EventLoop) each;
        }
        return last;
    }

    RecordingListener get(Upstream upstream, String target) throws Exception {
        return send(upstream, request("GET", target, 0), null);
    }

    RecordingListener post(Upstream upstream, String target, String body) throws Exception {
        return send(upstream, request("POST", target, body.length()), body);
    }

    RecordingListener postChunked(Upstream upstream, String target, String body) throws Exception {
        return send(upstream, request("POST", target, RequestHead.UNKNOWN_LENGTH), body);
    }

    /** Sends a request whole. */
    RecordingListener send(Upstream upstream, ForwardRequest request, @Nullable String body) throws Exception {
        RecordingListener listener = new RecordingListener();
        onLoop(() -> {
            ForwardedStream stream = forwarder.open(permit(), loop(), upstream, request, listener);
            if (body != null) {
                stream.data(bytes(body), true);
            }
            stream.flush();
            return stream;
        });
        return listener;
    }

    ForwardedStream open(Upstream upstream, ForwardRequest request, UpstreamListener listener) throws Exception {
        return onLoop(() -> {
            ForwardedStream stream = forwarder.open(permit(), loop(), upstream, request, listener);
            stream.flush();
            return stream;
        });
    }

    <T> T onLoop(Callable<T> task) throws Exception {
        return loop().submit(task).get(20, TimeUnit.SECONDS);
    }

    void run(Runnable task) throws Exception {
        loop().submit(task).get(20, TimeUnit.SECONDS);
    }

    static ForwardRequest request(String method, String target, long length, String... fields) {
        HeaderBlock headers = new HeaderBlock();
        for (int i = 0; i < fields.length; i += 2) {
            headers.add(fields[i], fields[i + 1]);
        }
        return new ForwardRequest(method, target, "agents.example", "https", headers, length, null, length == 0);
    }

    static ForwardRequest webSocket(String... fields) {
        ForwardRequest plain = request("GET", "/socket", 0, fields);
        return new ForwardRequest("GET", "/socket", "agents.example", "https", plain.headers(), 0, "websocket", false);
    }

    static ByteBuf bytes(String text) {
        return PooledByteBufAllocator.DEFAULT.buffer().writeBytes(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** Waits for something to become true. */
    static void eventually(String what, BooleanSupplier condition) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - end > 0) {
                throw new AssertionError("never came true: " + what);
            }
            LockSupport.parkNanos(1_000_000);
        }
    }

    void stop() throws Exception {
        upstreams.forEach(Upstream::close);
        forwarder.close();
        group.shutdownGracefully(0, 5, TimeUnit.SECONDS).get(10, TimeUnit.SECONDS);
        assertEquals(0, leaks(), "leaked buffers");
    }

    private static int leaks() {
        assertEquals(ResourceLeakDetector.Level.PARANOID, ResourceLeakDetector.getLevel());
        System.gc(); // a leak is told when the next buffer is made after its collection
        PooledByteBufAllocator.DEFAULT.buffer(16).release();
        Unpooled.buffer(16).release();
        return LEAKS.getAndSet(0);
    }
}
