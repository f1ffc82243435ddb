package dev.pavise.proxy.tool;

import dev.pavise.proxy.beside.Plan;
import dev.pavise.proxy.beside.RunnerBeside;
import dev.pavise.proxy.config.ToolsConfig;
import dev.pavise.proxy.tls.TlsMaterial;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks the runner that is kept beside the gateway, wherever it is at the moment; while it is away, runs are refused and nothing waits. */
final class LocalRunner implements RunnerBeside.Listener {
    private static final Logger log = LoggerFactory.getLogger(LocalRunner.class);

    private final Function<ToolsConfig.Runner, TlsMaterial<Runner>> connecting;
    private volatile @Nullable Runner there;

    LocalRunner(Function<ToolsConfig.Runner, TlsMaterial<Runner>> connecting) {
        this.connecting = connecting;
    }

    @Override
    public void up(ToolsConfig.Runner where) {
        switch (connecting.apply(where)) {
            case TlsMaterial.Ready<Runner>(Runner runner, List<String> ignored) -> change(runner);
            case TlsMaterial.Refused<Runner>(List<String> problems) -> {
                log.error("the runner beside the gateway cannot be reached: {}", String.join("; ", problems));
                change(null);
            }
        }
    }

    @Override
    public void down() {
        change(null);
    }

    private synchronized void change(@Nullable Runner next) {
        Runner former = there;
        there = next;
        if (former != null) {
            former.retire();
        }
    }

    /** For one configuration. */
    Runner under(Plan plan, RunnerBeside beside) {
        return new Planned(plan, beside);
    }

    private RunAnswer away() {
        return new RunAnswer.Failed(
                RunAnswer.Cause.UNREACHABLE,
                "the runner beside the gateway is not there yet, or not any more; its log says why");
    }

    synchronized void close() {
        Runner last = there;
        there = null;
        if (last != null) {
            last.close();
        }
    }

    private final class Planned implements Runner {
        private final Plan plan;
        private final RunnerBeside beside;

        Planned(Plan plan, RunnerBeside beside) {
            this.plan = plan;
            this.beside = beside;
        }

        @Override
        public void begin() {
            beside.want(plan);
        }

        @Override
        public RunAnswer run(RunOrder order, CompletableFuture<Void> gone) {
            Runner runner = there;
            return runner == null ? away() : runner.run(order, gone);
        }

        @Override
        public RunAnswer stream(RunOrder order, CompletableFuture<Void> gone) {
            Runner runner = there;
            return runner == null ? away() : runner.stream(order, gone);
        }

        // Whose place it takes is told by what begins next.
        @Override
        public void retire() {}

        @Override
        public void close() {}
    }
}
