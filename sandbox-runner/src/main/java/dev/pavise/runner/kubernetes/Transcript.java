package dev.pavise.runner.kubernetes;

import dev.pavise.runner.run.CapturedOutput;
import dev.pavise.runner.run.Output;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What comes out of a pod: first one line of its first process, then what the tool writes. The tool starts only behind that line, so that nothing it writes
 * can stand for it. Is told by one thread at a time; who asks is never kept waiting by a listener that takes its time.
 */
final class Transcript {
    private static final int LONGEST_REPLY = 200;
    private static final Duration LAST_WORDS = Duration.ofSeconds(2);

    private final CapturedOutput captured;
    private final ByteArrayOutputStream first = new ByteArrayOutputStream();
    private final ReentrantLock telling = new ReentrantLock();
    private volatile @Nullable String reply;
    private volatile boolean closed;
    private volatile boolean failed;

    Transcript(CapturedOutput captured) {
        this.captured = captured;
    }

    void take(Output.Stream stream, byte[] bytes) {
        telling.lock();
        try {
            if (!closed && !failed) {
                taken(stream, bytes);
            }
        } finally {
            telling.unlock();
        }
    }

    private void taken(Output.Stream stream, byte[] bytes) {
        int from = 0;
        if (reply == null) {
            if (stream == Output.Stream.STDERR) {
                return; // of a shell that could not even begin: its silence tells
            }
            from = replyUntil(bytes);
        }
        if (from < bytes.length) {
            tell(stream, Arrays.copyOfRange(bytes, from, bytes.length));
        }
    }

    /** Where the first line ends. */
    private int replyUntil(byte[] bytes) {
        for (int at = 0; at < bytes.length; at++) {
            if (bytes[at] == '\n' || first.size() == LONGEST_REPLY) {
                reply = first.toString(StandardCharsets.ISO_8859_1);
                return at + 1;
            }
            first.write(bytes[at]);
        }
        return bytes.length;
    }

    // What is over the limit is hashed all the same: the run is ended by whoever looks at the limit.
    private void tell(Output.Stream stream, byte[] bytes) {
        try {
            captured.write(stream, bytes, 0, bytes.length);
        } catch (RuntimeException e) {
            failed = true;
        }
    }

    /** The first line, once it is there. */
    @Nullable
    String reply() {
        return reply;
    }

    /** Whether whoever is told of the output threw: nobody listens any more. */
    boolean failed() {
        return failed;
    }

    /** Takes nothing more. Waits for a listener that is being told, but not for one that hangs. */
    void close() throws InterruptedException {
        if (closed) {
            return;
        }
        closed = true;
        if (telling.tryLock(LAST_WORDS.toNanos(), TimeUnit.NANOSECONDS)) {
            telling.unlock();
        }
    }
}
