package dev.pavise.runner.server;

import dev.pavise.runner.metrics.RunnerMetrics;
import dev.pavise.runner.refusal.Refusal;
import dev.pavise.runner.refusal.RefusalCode;
import java.nio.charset.StandardCharsets;

/** The door for metrics: {@code GET /metrics} and nothing else. */
final class MetricsRoutes implements Routes {
    private static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

    private final RunnerMetrics metrics;

    MetricsRoutes(RunnerMetrics metrics) {
        this.metrics = metrics;
    }

    @Override
    public Body begin(RequestHead head, String caller, Answer answer) {
        if (!head.path().equals("/metrics")) {
            answer.refuse(Refusal.of(RefusalCode.NOT_FOUND, "there is nothing by this path"));
        } else if (!head.method().equals("GET")) {
            answer.refuse(Refusal.of(RefusalCode.METHOD_NOT_ALLOWED, "this path knows GET"));
        } else {
            new OffLoop(answer, metrics)
                    .start(() ->
                            answer.whole(200, CONTENT_TYPE, metrics.scrape().getBytes(StandardCharsets.UTF_8)));
        }
        return Body.IGNORED;
    }
}
