package dev.pavise.proxy.forward;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.channel.uring.IoUring;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringSocketChannel;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What depends on the kind of socket: reuse, an answer behind a broken output, an end by closing, a pause. */
final class TransportTest {
    private static final int UPLOAD = 32 * 1024 * 1024;

    static Stream<Arguments> transports() {
        Supplier<IoHandlerFactory> nio = NioIoHandler::newFactory;
        Supplier<IoHandlerFactory> epoll = EpollIoHandler::newFactory;
        Supplier<IoHandlerFactory> uring = IoUringIoHandler::newFactory;
        ChannelFactory<Channel> nioSocket = NioSocketChannel::new;
        ChannelFactory<Channel> epollSocket = EpollSocketChannel::new;
        ChannelFactory<Channel> uringSocket = IoUringSocketChannel::new;
        return Stream.of(
                arguments("nio", true, nio, nioSocket),
                arguments("epoll", Epoll.isAvailable(), epoll, epollSocket),
                arguments("io_uring", IoUring.isAvailable(), uring, uringSocket));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("transports")
    void forwards(
            String name, boolean available, Supplier<IoHandlerFactory> loops, ChannelFactory<? extends Channel> sockets)
            throws Exception {
        assumeTrue(available, name + " is not to be had here");
        Forwarding forwarding = new Forwarding(new MultiThreadIoEventLoopGroup(1, loops.get()), new Forwarder(sockets));
        try (ScriptedOrigin echo = ScriptedOrigin.echoingTargets();
                ScriptedOrigin closing = new ScriptedOrigin(peer -> {
                    peer.head();
                    peer.send("HTTP/1.1 200 OK\r\n\r\nuntil the end");
                });
                ScriptedOrigin deaf = new ScriptedOrigin(peer -> {
                    peer.head();
                    peer.send("HTTP/1.1 413 Content Too Large\r\ncontent-length: 3\r\n\r\nbig");
                    peer.socket().shutdownInput();
                    peer.until("never comes");
                })) {
            Upstream reused = forwarding.plain(echo.port());
            for (int i = 0; i < 50; i++) {
                assertEquals("/" + i, forwarding.get(reused, "/" + i).await().body());
            }
            assertEquals(1, echo.accepted());
            assertEquals(
                    "until the end",
                    forwarding
                            .get(forwarding.plain(closing.port()), "/")
                            .await()
                            .body());
            UploadingListener upload = new UploadingListener(UPLOAD);
            upload.start(forwarding, forwarding.plain(deaf.port()), Forwarding.request("POST", "/", UPLOAD));
            upload.await();
            assertNull(upload.failure);
            assertEquals(413, upload.status);
        } finally {
            forwarding.stop();
        }
    }
}
