package dev.pavise.runner.server;

import dev.pavise.policy.json.CanonicalJson;
import dev.pavise.runner.job.JobAnswer;
import dev.pavise.runner.refusal.Refusal;
import dev.pavise.runner.run.Bytes;
import dev.pavise.runner.run.Output;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletionStage;

/**
 * Tells of a run as it goes: a JSON object a line ({@code application/x-ndjson}), {@code started}, then {@code output} as it comes, in the end
 * {@code result} or {@code failed}. Output is in Base64, since it is cut wherever it is cut.
 */
final class EventAnswer implements JobAnswer {
    static final String CONTENT_TYPE = "application/x-ndjson";

    private final Answer answer;
    /** Output that came before the start was told; guarded by this object. */
    private final List<String> early = new ArrayList<>();

    private boolean begun;

    EventAnswer(Answer answer) {
        this.answer = answer;
    }

    @Override
    public CompletionStage<?> refused(Refusal refusal) {
        return answer.refuse(refusal);
    }

    @Override
    public synchronized void started(String runId) {
        begun = true;
        answer.begin(200, CONTENT_TYPE);
        answer.part(line("started", Map.of("run_id", runId)));
        early.forEach(answer::part);
        early.clear();
    }

    @Override
    public synchronized void written(Output.Stream stream, Bytes chunk) {
        String line = line(
                "output",
                Map.of(
                        "stream",
                        stream.name().toLowerCase(Locale.ROOT),
                        "data",
                        Base64.getEncoder().encodeToString(chunk.toArray())));
        if (begun) {
            answer.part(line);
        } else {
            early.add(line);
        }
    }

    @Override
    public CompletionStage<?> completed(JobResult result) {
        return answer.last(line("result", result.members()));
    }

    @Override
    public synchronized CompletionStage<?> failed(Refusal refusal) {
        return begun ? answer.last(line("failed", refusal.members())) : answer.refuse(refusal);
    }

    private static String line(String event, Map<String, Object> members) {
        Map<String, Object> all = new LinkedHashMap<>(members);
        all.put("event", event);
        return CanonicalJson.text(all) + "\n";
    }
}
