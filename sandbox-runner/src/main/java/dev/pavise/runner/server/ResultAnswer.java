package dev.pavise.runner.server;

import dev.pavise.policy.json.CanonicalJson;
import dev.pavise.runner.job.JobAnswer;
import dev.pavise.runner.refusal.Refusal;
import dev.pavise.runner.run.Bytes;
import dev.pavise.runner.run.Output;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletionStage;

/** Tells of a run when it is over, in one JSON object. */
final class ResultAnswer implements JobAnswer {
    private final Answer answer;

    ResultAnswer(Answer answer) {
        this.answer = answer;
    }

    @Override
    public CompletionStage<?> refused(Refusal refusal) {
        return answer.refuse(refusal);
    }

    @Override
    public void started(String runId) {}

    @Override
    public void written(Output.Stream stream, Bytes chunk) {}

    @Override
    public CompletionStage<?> completed(JobResult result) {
        Map<String, Object> members = new LinkedHashMap<>(result.members());
        put(members, "stdout", result.stdout());
        put(members, "stderr", result.stderr());
        byte[] body = (CanonicalJson.text(members) + "\n").getBytes(StandardCharsets.UTF_8);
        return answer.whole(200, "application/json", body);
    }

    @Override
    public CompletionStage<?> failed(Refusal refusal) {
        return answer.refuse(refusal);
    }

    // What is no UTF-8 is there in full as Base64 too.
    private static void put(Map<String, Object> members, String name, Bytes output) {
        String text = output.text();
        members.put(name, text);
        if (!Arrays.equals(text.getBytes(StandardCharsets.UTF_8), output.toArray())) {
            members.put(name + "_base64", Base64.getEncoder().encodeToString(output.toArray()));
        }
    }
}
