package dev.pavise.runner.server;

import dev.pavise.runner.run.Backend;
import dev.pavise.runner.run.CapturedOutput;
import dev.pavise.runner.run.Ending;
import dev.pavise.runner.run.Limits;
import dev.pavise.runner.run.Output;
import dev.pavise.runner.run.Program;
import dev.pavise.runner.run.Refusal;
import dev.pavise.runner.run.RefusalCode;
import dev.pavise.runner.run.RunInput;
import dev.pavise.runner.run.RunResult;
import dev.pavise.runner.run.Running;
import dev.pavise.runner.run.Start;
import dev.pavise.runner.run.Violation;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/** Runs scripts by {@code /bin/sh} without any containment: for tests of what stands around a backend. */
final class ScriptBackend implements Backend {
    private final List<ScriptRun> runs = new CopyOnWriteArrayList<>();
    volatile boolean closed;

    List<ScriptRun> runs() {
        return runs;
    }

    @Override
    public String name() {
        return "native";
    }

    @Override
    public Start start(Program program, RunInput input, Limits limits, Output output) {
        if (input.args().contains("refuse")) {
            return Start.Refused.because(RefusalCode.GRANT_UNSAFE, "as the test asked");
        }
        if (input.args().contains("throw")) {
            throw new IllegalStateException("as the test asked");
        }
        if (input.args().contains("fail")) {
            return new Start.Started(new FailedRun());
        }
        try {
            ScriptRun run = new ScriptRun(program, input, limits, output);
            runs.add(run);
            Thread.ofPlatform().daemon().start(run::follow);
            return new Start.Started(run);
        } catch (IOException e) {
            return Start.Refused.because(RefusalCode.SANDBOX_FAILED, "no shell");
        }
    }

    @Override
    public void close() {
        closed = true;
        runs.forEach(ScriptRun::cancel);
    }

    /** One that was tried, and did not come to run. */
    private record FailedRun() implements Running {
        @Override
        public String id() {
            return "failed";
        }

        @Override
        public void cancel() {}

        @Override
        public CompletableFuture<Ending> ending() {
            return CompletableFuture.completedFuture(
                    new Ending.Failed(new Refusal(RefusalCode.SANDBOX_FAILED, "as the test asked")));
        }
    }

    static final class ScriptRun implements Running {
        private final String id = UUID.randomUUID().toString();
        private final CompletableFuture<Ending> ending = new CompletableFuture<>();
        private final long began = System.nanoTime();
        private final RunInput input;
        private final Limits limits;
        private final CapturedOutput captured;
        private final Process process;
        private volatile boolean cancelled;

        ScriptRun(Program program, RunInput input, Limits limits, Output output) throws IOException {
            this.input = input;
            this.limits = limits;
            this.captured = new CapturedOutput(limits, output);
            List<String> command =
                    new ArrayList<>(List.of("/bin/sh", program.content().toString()));
            command.addAll(input.args());
            ProcessBuilder builder = new ProcessBuilder(command);
            builder.environment().clear();
            builder.environment().putAll(input.env());
            process = builder.start();
        }

        boolean isAlive() {
            return process.isAlive();
        }

        void follow() {
            Thread stdout = drain(process.getInputStream(), Output.Stream.STDOUT);
            Thread stderr = drain(process.getErrorStream(), Output.Stream.STDERR);
            boolean late = false;
            try {
                try (OutputStream stdin = process.getOutputStream()) {
                    input.stdin().writeTo(stdin);
                } catch (IOException e) {
                    // It did not want it.
                }
                late = !process.waitFor(limits.wall().toMillis(), TimeUnit.MILLISECONDS);
                kill();
                process.waitFor();
                stdout.join();
                stderr.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            int exit = process.exitValue();
            ending.complete(new Ending.Completed(new RunResult(
                    exit == 0,
                    exit,
                    cancelled,
                    captured.kept(Output.Stream.STDOUT),
                    captured.kept(Output.Stream.STDERR),
                    captured.truncated(),
                    captured.hash(),
                    Duration.ofNanos(System.nanoTime() - began),
                    Duration.ofMillis(1),
                    3 << 20,
                    late ? Set.of(Violation.TIMEOUT) : Set.of())));
        }

        private Thread drain(InputStream in, Output.Stream stream) {
            return Thread.ofVirtual().start(() -> {
                byte[] chunk = new byte[4096];
                try {
                    for (int read = in.read(chunk); read >= 0; read = in.read(chunk)) {
                        captured.write(stream, chunk, 0, read);
                    }
                } catch (IOException e) {
                    // It is gone.
                }
            });
        }

        // Not by Process.destroyForcibly, which also closes the streams, with what was written last still in them.
        private void kill() {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.toHandle().destroyForcibly();
        }

        @Override
        public String id() {
            return id;
        }

        @Override
        public void cancel() {
            cancelled = true;
            kill();
        }

        @Override
        public CompletableFuture<Ending> ending() {
            return ending;
        }
    }
}
