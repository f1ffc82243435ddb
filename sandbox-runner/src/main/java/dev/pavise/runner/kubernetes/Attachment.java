package dev.pavise.runner.kubernetes;

import dev.pavise.runner.run.Output;
import io.fabric8.kubernetes.client.http.WebSocket;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The three streams of a pod's container, by the WebSocket protocol {@code v4.channel.k8s.io}: the first byte of a message names its channel. Nothing is read on
 * while what came before is being handled, so that a slow listener slows the tool and fills no memory. Not the client library's own, which sends messages
 * without waiting for the one before, as the JDK's WebSocket asks for.
 */
final class Attachment implements WebSocket.Listener, AutoCloseable {
    private static final int STDIN = 0;
    private static final int STDOUT = 1;
    private static final int STDERR = 2;
    private static final int STATUS = 3;
    private static final int CHUNK = 16 * 1024;
    private static final int GOING_AWAY = 1000;
    private static final long PAUSE_MILLIS = 1;

    private final Transcript transcript;
    private final Runnable changed;
    private final LongSupplier nanos;
    private volatile @Nullable WebSocket socket;
    private volatile boolean whole;
    private volatile boolean over;

    /** @param changed is told that there is something new */
    Attachment(Transcript transcript, Runnable changed, LongSupplier nanos) {
        this.transcript = transcript;
        this.changed = changed;
        this.nanos = nanos;
    }

    void opened(WebSocket opened) {
        socket = opened;
    }

    @Override
    public void onMessage(WebSocket from, ByteBuffer message) {
        if (message.hasRemaining()) {
            int channel = message.get();
            byte[] bytes = new byte[message.remaining()];
            message.get(bytes);
            received(channel, bytes);
        }
        from.request();
    }

    @Override
    public void onMessage(WebSocket from, String message) {
        onMessage(from, ByteBuffer.wrap(message.getBytes(StandardCharsets.UTF_8)));
    }

    // Beyond the limit all is still read, and hashed: the run is ended from elsewhere.
    private void received(int channel, byte[] bytes) {
        switch (channel) {
            case STDOUT -> transcript.take(Output.Stream.STDOUT, bytes);
            case STDERR -> transcript.take(Output.Stream.STDERR, bytes);
            case STATUS -> whole = new String(bytes, StandardCharsets.UTF_8).contains("\"status\":\"Success\"");
            default -> {
                return;
            }
        }
        changed.run();
    }

    @Override
    public void onClose(WebSocket from, int code, String reason) {
        over = true;
        changed.run();
    }

    @Override
    public void onError(WebSocket from, Throwable error) {
        over = true;
        changed.run();
    }

    /** Whether nothing more comes. */
    boolean isOver() {
        return over;
    }

    /** Whether the cluster says that all there was has come. */
    boolean isWhole() {
        return whole;
    }

    /** Sends to the container's stdin. */
    void send(byte[] bytes, int offset, int length, long deadlineNanos) throws IOException, InterruptedException {
        WebSocket to = socket;
        for (int at = offset; at < offset + length; at += CHUNK) {
            int size = Math.min(CHUNK, offset + length - at);
            ByteBuffer message = ByteBuffer.allocate(1 + size);
            message.put((byte) STDIN).put(bytes, at, size).flip();
            if (to == null || over || !to.send(message)) {
                throw new IOException("the pod takes nothing more");
            }
            while (to.queueSize() > 0) {
                if (over || nanos.getAsLong() - deadlineNanos > 0) {
                    throw new IOException("the pod does not take what it is sent");
                }
                TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
            }
        }
    }

    @Override
    public void close() {
        WebSocket open = socket;
        if (open != null) {
            open.sendClose(GOING_AWAY, "done");
        }
    }
}
