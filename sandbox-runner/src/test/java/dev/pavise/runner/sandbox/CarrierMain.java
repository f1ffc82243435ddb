package dev.pavise.runner.sandbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.AbstractList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;

/**
 * Has a virtual thread start a process while every carrier is busy, so that whoever wakes it has to make another one. Says whether
 * that one is restricted. To be run in a JVM of its own, with room for two carriers.
 */
final class CarrierMain {
    private CarrierMain() {}

    public static void main(String[] args) throws Exception {
        CountDownLatch starting = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        CountDownLatch busy = new CountDownLatch(1);
        CompletableFuture<String> said = new CompletableFuture<>();
        Landlock landlock = Landlock.open();
        Starter starter = new Starter();
        Thread.ofVirtual().start(() -> {
            try {
                starter.start("0123456789", waiting(starting, goOn), landlock);
                said.complete(privileges());
            } catch (IOException | InterruptedException e) {
                said.completeExceptionally(e);
            }
        });
        starting.await();
        Thread.ofVirtual().start(() -> {
            busy.countDown();
            while (!said.isDone()) {
                Thread.onSpinWait();
            }
        });
        busy.await();
        goOn.countDown();
        System.out.println((landlock.isThere() ? "with Landlock: " : "without: ") + said.get());
        starter.close();
        System.exit(0);
    }

    /** A command that is read once it may be. */
    private static List<String> waiting(CountDownLatch starting, CountDownLatch goOn) {
        return new AbstractList<>() {
            @Override
            public String get(int index) {
                return "/bin/true";
            }

            @Override
            public int size() {
                starting.countDown();
                try {
                    goOn.await();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
                return 1;
            }
        };
    }

    /** Of this thread's carrier; what Landlock holds has none to gain, and nothing else here. */
    private static String privileges() throws IOException {
        return Files.readString(Path.of("/proc/thread-self/status"))
                .lines()
                .filter(line -> line.startsWith("NoNewPrivs"))
                .findFirst()
                .orElse("")
                .replace('\t', ' ');
    }
}
