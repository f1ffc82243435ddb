package dev.pavise.runner.sandbox;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;

/**
 * Starts one process from a thread of its own, that lives as long as the run and does nothing else: the kernel ends a sandbox when the
 * thread that started it ends, and {@link Landlock} holds a thread for good, with all that it starts.
 */
final class Starter implements AutoCloseable {
    private final CountDownLatch over = new CountDownLatch(1);

    /** Starts the command in the root folder, with no environment. */
    Process start(String run, List<String> command, Landlock landlock) throws IOException, InterruptedException {
        return start(run, command, landlock, OptionalInt.empty());
    }

    /** The same for one that has this port of its own network. */
    Process start(String run, List<String> command, Landlock landlock, OptionalInt port)
            throws IOException, InterruptedException {
        CompletableFuture<Process> started = new CompletableFuture<>();
        Thread.ofPlatform()
                .daemon()
                .name("run-" + run.substring(0, 8) + "-start")
                .start(() -> {
                    try {
                        if (landlock.isThere()) {
                            landlock.restrictThisThread(port);
                        }
                        ProcessBuilder builder = new ProcessBuilder(command)
                                .directory(Path.of("/").toFile());
                        builder.environment().clear();
                        started.complete(builder.start());
                        over.await();
                    } catch (IOException | InterruptedException | RuntimeException e) {
                        started.completeExceptionally(e);
                    } finally {
                        started.completeExceptionally(new IOException("the thread ended"));
                    }
                });
        try {
            return started.get();
        } catch (ExecutionException e) {
            throw new IOException("the sandbox's command cannot be started", e);
        }
    }

    /** Lets the thread end, and with it what it started. */
    @Override
    public void close() {
        over.countDown();
    }
}
