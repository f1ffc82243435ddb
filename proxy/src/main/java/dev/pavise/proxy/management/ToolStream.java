package dev.pavise.proxy.management;

import dev.pavise.policy.json.CanonicalJson;
import dev.pavise.proxy.tool.RunAnswer;
import dev.pavise.proxy.tool.RunEvents;
import dev.pavise.proxy.tool.RunReport;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A run as server-sent events: {@code started}, {@code output} as it comes, and at the end {@code result}, or
 * {@code error} where there is none. A run that says nothing sends a remark now and then, so that nobody takes the stream for dead.
 */
final class ToolStream implements LocalAnswer.Parts {
    private static final Duration SILENCE = Duration.ofSeconds(10);

    private final RunEvents events;
    private final ToolOutcome outcome;
    private boolean over;
    private volatile LocalAnswer.@Nullable Event ended;

    ToolStream(RunEvents events, ToolOutcome outcome) {
        this.events = events;
        this.outcome = outcome;
    }

    @Override
    public Optional<byte[]> next() {
        if (over) {
            return Optional.empty();
        }
        Optional<RunEvents.Event> event = events.next(SILENCE);
        if (event.isEmpty()) {
            return Optional.of(": the run goes on\n\n".getBytes(StandardCharsets.US_ASCII));
        }
        return switch (event.get()) {
            case RunEvents.Event.Started(String runId) -> part("started", CanonicalJson.text(Map.of("run_id", runId)));
            case RunEvents.Event.Output(String json) -> part("output", json);
            case RunEvents.Event.End(RunAnswer answer) -> end(answer);
        };
    }

    private Optional<byte[]> end(RunAnswer answer) {
        over = true;
        LocalAnswer.Event event = outcome.event(answer);
        if (ended == null) { // else nobody reads any more
            ended = event;
        }
        return switch (answer) {
            case RunAnswer.Finished(RunReport report) -> part("result", CanonicalJson.text(report.members()));
            case RunAnswer.Failed failed ->
                part("error", error(ToolOutcome.code(failed).code(), failed.detail()));
            case RunAnswer.Declined declined -> part("error", error("runner_declined", declined.detail()));
            case RunAnswer.Abandoned ignored -> Optional.empty();
            case RunAnswer.Begun ignored -> throw new IllegalStateException("a run begins once");
        };
    }

    private static String error(String code, String detail) {
        return CanonicalJson.text(Map.of("code", code, "detail", detail));
    }

    /** JSON in its canonical form has no line break, so that one line of data holds it. */
    private static Optional<byte[]> part(String name, String json) {
        return Optional.of(("event: " + name + "\ndata: " + json + "\n\n").getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void close() {
        if (ended == null) {
            ended = outcome.event(new RunAnswer.Abandoned());
        }
        // What ends the run is that nobody waits for its request any more, which is told off the event loop.
    }

    @Override
    public Optional<LocalAnswer.Event> ended() {
        return Optional.ofNullable(ended);
    }
}
