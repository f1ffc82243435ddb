package dev.pavise.proxy.server;

import dev.pavise.proxy.http.ClientStream;
import dev.pavise.proxy.management.BrokenOffException;
import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * The body of a request as something to read from, on another thread than the event loop it comes in on. Where that thread is slower
 * than the client, the client is held up; what lies here is bounded by a mark and one read, or one window.
 */
final class Upload extends InputStream {
    private static final int ENOUGH = 256 * 1024;

    /** What a part takes beside its bytes, so that many small ones are no way around the mark. */
    private static final int PART = 64;

    private final ClientStream client;
    private final EventLoop loop;
    private final Deque<byte[]> parts = new ArrayDeque<>();
    private byte[] current = new byte[0];
    private int at;
    private int held;
    private boolean ended;
    private boolean broken;
    private boolean paused; // only on the event loop

    Upload(ClientStream client, EventLoop loop) {
        this.client = client;
        this.loop = loop;
    }

    /** Takes and releases a part. On the event loop. */
    void add(ByteBuf part) {
        byte[] bytes = new byte[part.readableBytes()];
        part.readBytes(bytes);
        part.release();
        boolean enough;
        synchronized (this) {
            if (bytes.length > 0 && !broken) {
                parts.add(bytes);
                held += bytes.length + PART;
                notifyAll();
            }
            enough = held > ENOUGH;
        }
        if (enough && !paused) {
            paused = true;
            client.pauseReading();
        }
    }

    /** Nothing follows. On the event loop. */
    void end() {
        synchronized (this) {
            ended = true;
            notifyAll();
        }
        if (paused) { // as what comes next on the connection is no part of this
            paused = false;
            client.resumeReading();
        }
    }

    /** Nothing follows, and it is not whole: whoever reads is told so. */
    synchronized void breakOff() {
        if (!ended) {
            broken = true;
            parts.clear();
            notifyAll();
        }
    }

    private void goOn() {
        synchronized (this) {
            if (broken || ended) {
                return;
            }
        }
        if (paused) {
            paused = false;
            client.resumeReading();
        }
    }

    @Override
    public synchronized int read(byte[] into, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (at == current.length && !next()) {
            return -1;
        }
        int count = Math.min(length, current.length - at);
        System.arraycopy(current, at, into, offset, count);
        at += count;
        return count;
    }

    private boolean next() throws IOException {
        while (parts.isEmpty() && !ended && !broken) {
            try {
                wait();
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
                throw new IOException("the gateway stops", stopped);
            }
        }
        if (broken) {
            throw new BrokenOffException();
        }
        byte[] part = parts.poll();
        if (part == null) {
            return false;
        }
        current = part;
        at = 0;
        boolean wasEnough = held > ENOUGH;
        held -= part.length + PART;
        if (wasEnough && held <= ENOUGH) {
            loop.execute(this::goOn);
        }
        return true;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }
}
