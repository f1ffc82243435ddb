package dev.pavise.proxy.server;

import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.util.concurrent.EventExecutor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntSupplier;

/**
 * The threads of the data plane: one that accepts, and a {@link Loop} for each processor. Where there is but one processor its loop accepts as
 * well, as a second thread would only take turns with it; and a loop that lags then takes in no more than it can carry.
 */
final class EventLoops {
    private static final long LOOK_NANOS = 10_000_000L;

    private final Transport transport;
    private final EventLoopGroup acceptor;
    private final EventLoopGroup workers;
    private final IdentityHashMap<EventLoop, Loop> loops = new IdentityHashMap<>();
    private final List<Loop> all = new ArrayList<>();

    EventLoops(Transport transport, Loop.Services services) {
        this.transport = transport;
        int processors = Runtime.getRuntime().availableProcessors();
        this.workers = new MultiThreadIoEventLoopGroup(processors, transport.handlers());
        this.acceptor = processors == 1 ? workers : new MultiThreadIoEventLoopGroup(1, transport.handlers());
        for (EventExecutor executor : workers) {
            Loop loop = new Loop((EventLoop) executor, services);
            loops.put((EventLoop) executor, loop);
            all.add(loop);
        }
    }

    /** @param everySecond is run about once a second */
    void start(Runnable everySecond) {
        all.forEach(Loop::start);
        first().eventLoop().scheduleAtFixedRate(everySecond, 1, 1, TimeUnit.SECONDS);
    }

    Transport transport() {
        return transport;
    }

    String transportName() {
        return transport.name();
    }

    EventLoopGroup acceptor() {
        return acceptor;
    }

    EventLoopGroup workers() {
        return workers;
    }

    Loop of(EventLoop eventLoop) {
        Loop loop = loops.get(eventLoop);
        if (loop == null) {
            throw new IllegalStateException("not one of the gateway's event loops");
        }
        return loop;
    }

    Loop first() {
        return all.getFirst();
    }

    /** Waits until no connection is left, at most for as long as given; closes the rest. */
    void drain(Duration patience, IntSupplier connections) {
        all.forEach(loop -> loop.eventLoop().execute(loop::drain));
        await(System.nanoTime() + patience.toNanos(), connections);
        if (connections.getAsInt() > 0) {
            all.forEach(loop -> loop.eventLoop().execute(loop::closeAll));
            await(System.nanoTime() + TimeUnit.SECONDS.toNanos(2), connections);
        }
    }

    private static void await(long deadline, IntSupplier connections) {
        while (connections.getAsInt() > 0 && System.nanoTime() - deadline < 0) {
            LockSupport.parkNanos(LOOK_NANOS);
        }
    }

    void close() {
        acceptor.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly();
        workers.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly();
    }
}
