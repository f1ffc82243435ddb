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
 * thread that started it ends, and {@link Landlock} holds a thread for good, with all that it starts. Of threads it starts one, which waits
 * for the process's end; so wait for that on platform threads, and not by {@link Process#onExit}, which makes others.
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
        CompletableFuture<Process> told = new CompletableFuture<>();
        Thread.ofPlatform()
                .daemon()
                .name("run-" + run.substring(0, 8) + "-tell")
                .start(() -> {
                    // The restricted thread wakes this one and nobody else. To wake a virtual thread can mean to make a
                    // carrier for it, which would be
                    // born restricted, and with it all that is ever carried by it.
                    CompletableFuture<Process> started = restricted(run, command, landlock, port);
                    try {
                        told.complete(started.get());
                    } catch (ExecutionException e) {
                        told.completeExceptionally(e.getCause());
                    } catch (InterruptedException e) {
                        told.completeExceptionally(e);
                    }
                });
        try {
            return told.get();
        } catch (ExecutionException e) {
            throw new IOException("the sandbox's command cannot be started", e);
        }
    }

    private CompletableFuture<Process> restricted(
            String run, List<String> command, Landlock landlock, OptionalInt port) {
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
        return started;
    }

    /** Lets the thread end, and with it what it started. */
    @Override
    public void close() {
        over.countDown();
    }
}
