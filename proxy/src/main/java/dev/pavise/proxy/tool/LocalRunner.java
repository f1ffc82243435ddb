package dev.pavise.proxy.tool;

import dev.pavise.proxy.beside.Plan;
import dev.pavise.proxy.beside.RunnerBeside;
import dev.pavise.proxy.config.ToolsConfig;
import dev.pavise.proxy.pem.PrivateFiles;
import dev.pavise.proxy.tls.TlsMaterial;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
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
    private final Path receiptKey;

    /** @param receiptKey where the key by which its receipts can be checked is laid for everybody to read */
    LocalRunner(Function<ToolsConfig.Runner, TlsMaterial<Runner>> connecting, Path receiptKey) {
        this.connecting = connecting;
        this.receiptKey = receiptKey;
    }

    @Override
    public void up(ToolsConfig.Runner where) {
        switch (connecting.apply(where)) {
            case TlsMaterial.Ready<Runner>(Runner runner, List<String> ignored) -> {
                publish(where.receiptKey());
                change(runner);
            }
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

    private void publish(@Nullable Path made) {
        try {
            byte[] key = Files.readAllBytes(Objects.requireNonNull(made));
            if (Files.exists(receiptKey) && !Arrays.equals(key, Files.readAllBytes(receiptKey))) {
                log.warn(
                        "the runner beside the gateway signs receipts with another key than before; {} is the new one, older receipts need the older one",
                        receiptKey);
            }
            PrivateFiles.writeOpen(receiptKey, key);
        } catch (IOException failure) {
            log.warn("the key of receipts cannot be written to {}: {}", receiptKey, failure.getMessage());
        }
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
