package dev.pavise.runner.egress;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Copies bytes between a tool and a host, both ways at once, until both have ended or neither does anything for too long. Where one side
 * has said all, the other is told so and may go on.
 */
final class Relay {
    private static final int CHUNK = 16 * 1024;

    private final SocketChannel tool;
    private final SocketChannel host;
    private final Budget budget;
    private final Guard guard;
    private final Duration idle;
    private final AtomicLong sent = new AtomicLong();
    private final AtomicLong received = new AtomicLong();
    private volatile boolean spent;

    Relay(SocketChannel tool, SocketChannel host, Budget budget, Guard guard, Duration idle) {
        this.tool = tool;
        this.host = host;
        this.budget = budget;
        this.guard = guard;
        this.idle = idle;
    }

    /** Returns when it is over. {@code early} is what came behind the request. */
    void run(ByteBuffer early) throws InterruptedException {
        Thread back =
                Thread.ofVirtual().name("egress-back").start(() -> copy(host, tool, ByteBuffer.allocate(0), received));
        try {
            copy(tool, host, early, sent);
        } finally {
            back.join();
        }
    }

    // What one side does not take ends this direction alone: what it said before it left is still on its way in the
    // other.
    private void copy(SocketChannel from, SocketChannel to, ByteBuffer early, AtomicLong count) {
        try {
            if (pass(early, to, count)) {
                ByteBuffer buffer = ByteBuffer.allocate(CHUNK);
                while (from.read(buffer) >= 0 && pass(buffer.flip(), to, count)) {
                    buffer.clear();
                }
            }
        } catch (IOException e) {
            // One of the two is gone, or was closed because the time, the run or the bytes are over.
        }
        endOutput(to);
    }

    private boolean pass(ByteBuffer bytes, SocketChannel to, AtomicLong count) throws IOException {
        guard.extend(idle);
        int length = bytes.remaining();
        if (spent || !budget.take(length)) {
            spent = true;
            close(tool);
            close(host);
            return false;
        }
        while (bytes.hasRemaining()) {
            to.write(bytes);
        }
        count.addAndGet(length);
        guard.extend(idle);
        return true;
    }

    private static void endOutput(SocketChannel channel) {
        try {
            channel.shutdownOutput();
        } catch (IOException e) {
            // It is closed, which says the same.
        }
    }

    /** Closing is all that can be done with a channel that cannot be closed. */
    static void close(SocketChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            // It is gone as far as we are concerned.
        }
    }

    /** Whether the run's bytes were used up. */
    boolean spent() {
        return spent;
    }

    long sent() {
        return sent.get();
    }

    long received() {
        return received.get();
    }
}
