package dev.pavise.runner.kubernetes;

import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStateBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.mockwebserver.http.Response;
import io.fabric8.mockwebserver.http.WebSocket;
import io.fabric8.mockwebserver.http.WebSocketListener;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;

/** Runs the command of one pod's container as a process, without containment, once somebody attaches to it. */
final class FakeKubelet extends WebSocketListener {
    /** The shell in place of the image's; the command is the pod's own. */
    volatile String shell = "/bin/sh";
    /** Changes what the container is sent. */
    volatile byte[] corrupt = new byte[0];
    /** Ends the connection in place of saying that all has come. */
    volatile boolean breaks;

    final Path stage;
    final Path scratch;
    final List<String> received = new ArrayList<>();

    private final Path figures;
    private final Pod pod;
    private final Consumer<ContainerState> tell;
    private final BlockingQueue<byte[]> stdin = new LinkedBlockingQueue<>();
    private volatile Process process;
    private volatile boolean killed;

    FakeKubelet(Pod pod, Path folder, Consumer<ContainerState> tell) {
        this.pod = pod;
        this.tell = tell;
        this.stage = folder.resolve("stage");
        this.scratch = folder.resolve("scratch");
        this.figures = folder.resolve("figures");
    }

    @Override
    public void onOpen(WebSocket socket, Response response) {
        Thread.ofPlatform().daemon().name("kubelet").start(() -> run(socket));
    }

    @Override
    public void onMessage(WebSocket socket, byte[] message) {
        if (message.length > 0 && message[0] == 0) {
            stdin.add(Arrays.copyOfRange(message, 1, message.length));
        }
    }

    private void run(WebSocket socket) {
        try {
            Files.createDirectories(stage);
            Files.createDirectories(scratch);
            List<String> command =
                    new ArrayList<>(pod.getSpec().getContainers().getFirst().getCommand());
            command.set(0, shell);
            command.addAll(List.of(stage.toString(), scratch.toString(), figures.toString()));
            Process started = new ProcessBuilder(command).start();
            process = started;
            if (killed) {
                kill();
            }
            Thread.ofPlatform().daemon().name("kubelet-stdin").start(() -> feed(started.getOutputStream()));
            Thread out = pump(started.getInputStream(), 1, socket);
            Thread err = pump(started.getErrorStream(), 2, socket);
            int code = started.waitFor();
            out.join();
            err.join();
            if (breaks) {
                socket.close(1011, "broken");
            } else {
                socket.send(channel(3, "{\"metadata\":{},\"status\":\"Success\"}".getBytes(StandardCharsets.UTF_8)));
                socket.close(1000, "");
            }
            if (!killed) {
                String message = Files.exists(figures) ? Files.readString(figures) : "";
                tell.accept(new ContainerStateBuilder()
                        .withNewTerminated()
                        .withExitCode(code)
                        .withReason(code == 0 ? "Completed" : "Error")
                        .withMessage(message)
                        .endTerminated()
                        .build());
            }
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private void feed(OutputStream to) {
        boolean first = true;
        try (to) {
            while (true) {
                byte[] bytes = stdin.take();
                if (!first && corrupt.length > 0) {
                    System.arraycopy(corrupt, 0, bytes, 0, Math.min(corrupt.length, bytes.length));
                    corrupt = new byte[0];
                }
                first = false;
                to.write(bytes);
                to.flush();
            }
        } catch (IOException | InterruptedException e) {
            // The process has ended.
        }
    }

    private static Thread pump(InputStream from, int channel, WebSocket socket) {
        return Thread.ofPlatform().daemon().name("kubelet-" + channel).start(() -> {
            byte[] buffer = new byte[8192];
            try (from) {
                for (int length = from.read(buffer); length >= 0; length = from.read(buffer)) {
                    socket.send(channel(channel, Arrays.copyOf(buffer, length)));
                }
            } catch (IOException e) {
                // The process has ended.
            }
        });
    }

    private static byte[] channel(int number, byte[] bytes) {
        byte[] message = new byte[bytes.length + 1];
        message[0] = (byte) number;
        System.arraycopy(bytes, 0, message, 1, bytes.length);
        return message;
    }

    boolean alive() {
        Process running = process;
        return running != null && running.isAlive();
    }

    /** As the end of a container does: with all that is in it. */
    void kill() {
        killed = true;
        Process running = process;
        if (running != null) {
            running.descendants().forEach(ProcessHandle::destroyForcibly);
            running.destroyForcibly();
        }
    }
}
