package dev.pavise.runner.sandbox;

import dev.pavise.runner.run.Bytes;
import dev.pavise.runner.run.CapturedOutput;
import dev.pavise.runner.run.Output;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;

/** The three streams of a process, each with a thread of its own, so that none keeps another waiting. */
final class Streams {
    private static final int CHUNK = 16 * 1024;
    private static final Duration LAST_WORDS = Duration.ofSeconds(5);

    private final List<Thread> readers;
    private volatile boolean failed;
    private volatile boolean over;

    Streams(String run, Process process, Bytes stdin, CapturedOutput captured) {
        readers = List.of(
                thread(run, "stdout", () -> read(process.getInputStream(), Output.Stream.STDOUT, captured)),
                thread(run, "stderr", () -> read(process.getErrorStream(), Output.Stream.STDERR, captured)));
        readers.forEach(Thread::start);
        if (stdin.length() == 0) {
            write(process.getOutputStream(), stdin);
        } else {
            thread(run, "stdin", () -> write(process.getOutputStream(), stdin)).start();
        }
    }

    private static Thread thread(String run, String stream, Runnable body) {
        // Not virtual ones: reading a pipe of a process holds the carrier.
        return Thread.ofPlatform()
                .daemon()
                .name("run-" + run.substring(0, 8) + "-" + stream)
                .unstarted(body);
    }

    private static void write(OutputStream to, Bytes stdin) {
        try (to) {
            stdin.writeTo(to);
        } catch (IOException e) {
            // The tool ended, or closed its input, without reading all of it. That is its right.
        }
    }

    private void read(InputStream from, Output.Stream stream, CapturedOutput captured) {
        byte[] buffer = new byte[CHUNK];
        try (from) {
            for (int length = from.read(buffer); length >= 0; length = from.read(buffer)) {
                if (over || !captured.write(stream, buffer, 0, length)) {
                    // Nobody reads on: the tool waits in its write until it is ended.
                    return;
                }
            }
        } catch (IOException e) {
            // The process was ended in the middle of a read.
        } catch (RuntimeException e) {
            failed = true;
        }
    }

    /** Whether whoever is told of the output threw: nobody listens any more. */
    boolean failed() {
        return failed;
    }

    /** Waits until all is read that was written. The processes are gone by now, so only a slow listener can take long; it is interrupted. */
    void await() throws InterruptedException {
        for (Thread reader : readers) {
            if (!reader.join(LAST_WORDS)) {
                reader.interrupt();
                reader.join(LAST_WORDS);
            }
        }
        over = true;
    }
}
