package dev.pavise.runner.server;

import dev.pavise.policy.signing.SigningKey;
import dev.pavise.policy.signing.TrustedKeyFolder;
import dev.pavise.policy.tool.ToolKind;
import dev.pavise.policy.tool.ToolPolicies;
import dev.pavise.runner.config.LimitsConfig;
import dev.pavise.runner.config.RunnerConfig;
import dev.pavise.runner.content.ContentLimits;
import dev.pavise.runner.content.ContentStore;
import dev.pavise.runner.content.PrivateFiles;
import dev.pavise.runner.job.Workshop;
import dev.pavise.runner.metrics.RunnerMetrics;
import dev.pavise.runner.queue.RunQueue;
import dev.pavise.runner.receipt.ReceiptKeys;
import dev.pavise.runner.receipt.ReceiptSigner;
import dev.pavise.runner.run.Backend;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Puts together what stands behind the doors, from the configuration alone. */
final class RunnerParts {
    private static final Logger log = LoggerFactory.getLogger(RunnerParts.class);

    private RunnerParts() {}

    static Workshop workshop(
            RunnerConfig config, Map<ToolKind, Backend> backends, RunnerMetrics metrics, InstantSource clock)
            throws StartFailure {
        TrustedKeyFolder trust = new TrustedKeyFolder(config.trustedKeys());
        try {
            if (trust.read().all().isEmpty()) {
                log.warn("`{}` holds no key, so that every tool is refused", config.trustedKeys());
            }
        } catch (TrustedKeyFolder.Unreadable e) {
            throw new StartFailure(e.problem());
        }
        try {
            PrivateFiles.folder(config.dataDir());
            Path own = config.receiptKey();
            SigningKey key = own == null ? ReceiptKeys.ofFolder(config.dataDir()) : ReceiptKeys.read(own);
            ToolPolicies policies = new ToolPolicies(config.policies(), kept(config));
            ReceiptSigner receipts = new ReceiptSigner(key);
            ContentStore contents = ContentStore.open(config.dataDir().resolve("content"), limits(config), clock);
            return new Workshop(trust, policies, contents, backends, receipts, config.limits(), metrics, clock);
        } catch (IOException | IllegalArgumentException e) {
            throw new StartFailure("the runner's own files cannot be used: " + e.getMessage());
        }
    }

    private static ContentLimits limits(RunnerConfig config) {
        LimitsConfig limits = config.limits();
        return new ContentLimits(limits.contentBytes(), limits.contentTotal(), limits.contentCount());
    }

    /** The runner's own places, which no policy gives to a tool, by each name that they have. */
    private static List<String> kept(RunnerConfig config) throws IOException {
        Set<String> kept = new LinkedHashSet<>();
        Path receiptKey = config.receiptKey();
        List<Path> own = receiptKey == null
                ? List.of(config.dataDir(), config.trustedKeys(), config.tls().key())
                : List.of(config.dataDir(), config.trustedKeys(), config.tls().key(), receiptKey);
        for (Path each : own) {
            kept.add(each.toAbsolutePath().normalize().toString());
            kept.add(each.toRealPath().toString());
        }
        return List.copyOf(kept);
    }

    static RunQueue queue(LimitsConfig limits) {
        return new RunQueue(limits.concurrent(), limits.queue(), limits.queueTimeout(), System::nanoTime);
    }

    static void gauges(RunnerMetrics metrics, RunQueue queue, ContentStore contents) {
        metrics.gauge("pavise_runner_running", "runs under way", queue, RunQueue::running);
        metrics.gauge("pavise_runner_queue", "runs that wait for a place", queue, RunQueue::length);
        metrics.gauge("pavise_runner_content_bytes", "content that is kept", contents, ContentStore::bytes);
        metrics.gauge("pavise_runner_contents", "contents that are kept", contents, ContentStore::count);
    }
}
