package dev.pavise.runner.sandbox;

import dev.pavise.runner.run.Grants;
import dev.pavise.runner.run.Limits;
import dev.pavise.runner.run.Output;
import dev.pavise.runner.run.Start;
import java.io.IOException;
import java.nio.file.Path;

/** A runner in a process of its own, that starts what never ends and is then killed. */
final class RunnerDeathMain {
    private RunnerDeathMain() {}

    public static void main(String[] args) throws IOException {
        Settings settings = Settings.in(Path.of(args[0]));
        if (HostProbe.open(settings) instanceof HostProbe.Probed.Fit(NativeBackend backend)) {
            Output output = (stream, chunk) -> System.out.println(chunk.text());
            Start start = backend.start(
                    Sandbox.program("probe", Path.of(args[1]), Grants.NONE),
                    Sandbox.args("stubborn"),
                    Limits.DEFAULT,
                    output);
            if (start instanceof Start.Started(var running)) {
                running.ending().join();
            }
        }
    }
}
