package dev.pavise.proxy.server;

import dev.pavise.proxy.config.ListenConfig;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.channel.uring.IoUring;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringServerSocketChannel;
import io.netty.channel.uring.IoUringSocketChannel;

/** How event loops talk to the system. What is asked for by name and cannot be had is an error; nothing is fallen back to silently. */
record Transport(
        String name,
        IoHandlerFactory handlers,
        ChannelFactory<? extends ServerChannel> servers,
        ChannelFactory<? extends Channel> clients) {

    static Transport of(ListenConfig.Transport wanted) {
        return switch (wanted) {
            case AUTO -> Epoll.isAvailable() ? epoll() : nio();
            case EPOLL -> {
                require(Epoll.isAvailable(), "epoll", Epoll.unavailabilityCause());
                yield epoll();
            }
            case IO_URING -> {
                require(IoUring.isAvailable(), "io_uring", IoUring.unavailabilityCause());
                yield new Transport(
                        "io_uring",
                        IoUringIoHandler.newFactory(),
                        IoUringServerSocketChannel::new,
                        IoUringSocketChannel::new);
            }
            case NIO -> nio();
        };
    }

    private static Transport epoll() {
        return new Transport(
                "epoll", EpollIoHandler.newFactory(), EpollServerSocketChannel::new, EpollSocketChannel::new);
    }

    private static Transport nio() {
        return new Transport("nio", NioIoHandler.newFactory(), NioServerSocketChannel::new, NioSocketChannel::new);
    }

    private static void require(boolean available, String name, Throwable why) {
        if (!available) {
            throw new IllegalArgumentException(
                    "`listen.transport` asks for " + name + ", which cannot be had here: " + why.getMessage()
                            + "; use auto",
                    why);
        }
    }
}
