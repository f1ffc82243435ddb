package dev.pavise.runner.kubernetes;

import dev.pavise.runner.run.CapturedOutput;
import dev.pavise.runner.run.Output;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What comes out of a pod: first one line of its first process, then what the tool writes. The tool starts only behind that line, so that nothing it writes
 * can stand for it.
 */
final class Transcript {
    private static final int LONGEST_REPLY = 200;

    private final CapturedOutput captured;
    private final ByteArrayOutputStream first = new ByteArrayOutputStream();
    private @Nullable String reply;
    private boolean closed;
    private boolean failed;

    Transcript(CapturedOutput captured) {
        this.captured = captured;
    }

    /** Takes what was written; false once there is too much of it, or nobody listens. */
    synchronized boolean take(Output.Stream stream, byte[] bytes) {
        if (closed) {
            return false;
        }
        int from = 0;
        if (reply == null) {
            if (stream == Output.Stream.STDERR) {
                return true; // of a shell that could not even begin: its silence tells
            }
            from = replyUntil(bytes);
        }
        return from >= bytes.length || tell(stream, Arrays.copyOfRange(bytes, from, bytes.length));
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

    private boolean tell(Output.Stream stream, byte[] bytes) {
        try {
            return captured.write(stream, bytes, 0, bytes.length);
        } catch (RuntimeException e) {
            failed = true;
            return false;
        }
    }

    /** The first line, once it is there. */
    synchronized @Nullable String reply() {
        return reply;
    }

    /** Whether whoever is told of the output threw: nobody listens any more. */
    synchronized boolean failed() {
        return failed;
    }

    /** Takes nothing more. */
    synchronized void close() {
        closed = true;
    }
}
