package dev.pavise.runner.run;

import java.io.ByteArrayOutputStream;
import java.security.MessageDigest;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Takes what a run writes: keeps and hands on the beginning of each stream, hashes all of it, and tells when it is too much. Each
 * stream is written by one thread.
 */
public final class CapturedOutput {
    private final long limit;
    private final AtomicLong total = new AtomicLong();
    private final Capture stdout;
    private final Capture stderr;

    public CapturedOutput(Limits limits, Output output) {
        this.limit = limits.outputBytes();
        this.stdout = new Capture(Output.Stream.STDOUT, limits.keptOutputBytes(), output);
        this.stderr = new Capture(Output.Stream.STDERR, limits.keptOutputBytes(), output);
    }

    /** Whether the run may go on: false once both streams together are over the limit. What is over it is hashed all the same. */
    public boolean write(Output.Stream stream, byte[] buffer, int offset, int length) {
        capture(stream).write(buffer, offset, length);
        return total.addAndGet(length) <= limit;
    }

    public boolean exceeded() {
        return total.get() > limit;
    }

    public boolean truncated() {
        return stdout.truncated() || stderr.truncated();
    }

    /** The beginning of a stream, as much as is kept. */
    public Bytes kept(Output.Stream stream) {
        return capture(stream).kept();
    }

    /** Of all that was written so far; see {@link OutputHash}. */
    public String hash() {
        return OutputHash.of(stdout.digest(), stderr.digest());
    }

    private Capture capture(Output.Stream stream) {
        return switch (stream) {
            case STDOUT -> stdout;
            case STDERR -> stderr;
        };
    }

    /** One of the two. Its lock is not held while the output is told: a listener that hangs keeps nobody from the result. */
    private static final class Capture {
        private final Output.Stream stream;
        private final int limit;
        private final Output output;
        private final MessageDigest digest = OutputHash.sha256();
        private final ByteArrayOutputStream kept = new ByteArrayOutputStream();
        private boolean cut;

        Capture(Output.Stream stream, int limit, Output output) {
            this.stream = stream;
            this.limit = limit;
            this.output = output;
        }

        void write(byte[] buffer, int offset, int length) {
            int fits = keep(buffer, offset, length);
            if (fits > 0) {
                output.written(stream, Bytes.of(buffer, offset, fits));
            }
        }

        private synchronized int keep(byte[] buffer, int offset, int length) {
            digest.update(buffer, offset, length);
            int fits = Math.min(length, limit - kept.size());
            cut |= fits < length;
            kept.write(buffer, offset, fits);
            return fits;
        }

        synchronized boolean truncated() {
            return cut;
        }

        synchronized Bytes kept() {
            return Bytes.of(kept);
        }

        synchronized byte[] digest() {
            try {
                return ((MessageDigest) digest.clone()).digest();
            } catch (CloneNotSupportedException e) {
                throw new IllegalStateException("the platform's SHA-256 can be copied", e);
            }
        }
    }
}
