package dev.pavise.runner.server;

import dev.pavise.runner.config.LimitsConfig;
import dev.pavise.runner.content.ContentStore;
import dev.pavise.runner.content.Digest;
import dev.pavise.runner.job.JobAnswer;
import dev.pavise.runner.job.JobRequest;
import dev.pavise.runner.job.Jobs;
import dev.pavise.runner.metrics.RunnerMetrics;
import dev.pavise.runner.queue.Busy;
import dev.pavise.runner.refusal.Refusal;
import dev.pavise.runner.refusal.RefusalCode;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;

/** What gateways can ask a runner for. A path is read as it stands: it has no query, no escapes and no second spelling. */
final class Api implements Routes {
    private static final String CONTENT = "/v1/content/";
    private static final String RUNS = "/v1/runs";

    private final ContentStore contents;
    private final Jobs jobs;
    private final LimitsConfig limits;
    private final RunnerMetrics metrics;
    /** Requests that are being read: no more at a time than could run and wait, so that they have a bound in memory. */
    private final Semaphore bodies;

    Api(ContentStore contents, Jobs jobs, LimitsConfig limits, RunnerMetrics metrics) {
        this.contents = contents;
        this.jobs = jobs;
        this.limits = limits;
        this.metrics = metrics;
        this.bodies = new Semaphore(limits.concurrent() + limits.queue());
    }

    @Override
    public Body begin(RequestHead head, String caller, Answer answer) {
        String path = head.path();
        if (path.startsWith(CONTENT)) {
            return content(head, answer);
        }
        if (path.equals(RUNS)) {
            return head.method().equals("POST") ? run(head, caller, answer) : wrongMethod(answer, "POST");
        }
        if (path.startsWith(RUNS + "/")) {
            return head.method().equals("DELETE")
                    ? cancel(path.substring(RUNS.length() + 1), caller, answer)
                    : wrongMethod(answer, "DELETE");
        }
        if (path.equals("/health")) {
            return head.method().equals("GET") ? health(answer) : wrongMethod(answer, "GET");
        }
        return refuse(answer, RefusalCode.NOT_FOUND, "there is nothing by this path");
    }

    private Body content(RequestHead head, Answer answer) {
        Optional<Digest> digest = Digest.parse(head.path().substring(CONTENT.length()));
        if (digest.isEmpty()) {
            return refuse(
                    answer,
                    RefusalCode.REQUEST_MALFORMED,
                    "the path names no SHA-256, which is 64 hexadecimal digits in lower case");
        }
        return switch (head.method()) {
            case "PUT" ->
                new PutContent(
                        contents,
                        digest.get(),
                        head.contentLength(),
                        answer,
                        new OffLoop(answer, metrics),
                        refuser(answer));
            case "HEAD" -> {
                new OffLoop(answer, metrics).start(() -> tellWhether(digest.get(), answer));
                yield Body.IGNORED;
            }
            default -> wrongMethod(answer, "PUT, HEAD");
        };
    }

    private void tellWhether(Digest digest, Answer answer) {
        if (contents.has(digest)) {
            answer.whole(200, "application/octet-stream", new byte[0]);
        } else {
            refuse(answer, RefusalCode.NOT_FOUND, "there is no such content");
        }
    }

    private Body run(RequestHead head, String caller, Answer answer) {
        return switch (head.accept()) {
            case "", "*/*", EventAnswer.CONTENT_TYPE -> run(head, caller, answer, new EventAnswer(answer));
            case "application/json" -> run(head, caller, answer, new ResultAnswer(answer));
            default ->
                refuse(
                        answer,
                        RefusalCode.NOT_ACCEPTABLE,
                        "an answer is `" + EventAnswer.CONTENT_TYPE + "` or `application/json`");
        };
    }

    private Body run(RequestHead head, String caller, Answer answer, JobAnswer told) {
        if (head.contentLength() > limits.requestBytes()) {
            return refuse(
                    answer,
                    RefusalCode.REQUEST_TOO_LARGE,
                    "the request is larger than `limits.request_bytes` of the runner");
        }
        if (!bodies.tryAcquire()) {
            refuser(answer).accept(Refusal.of(Busy.RUNNER_BUSY));
            return Body.IGNORED;
        }
        return new WholeBody(
                limits.requestBytes(),
                bodies::release,
                new OffLoop(answer, metrics),
                refuser(answer),
                json -> submit(json, caller, answer, told));
    }

    private Runnable submit(byte[] json, String caller, Answer answer, JobAnswer told) {
        try {
            String id = jobs.submit(caller, JobRequest.read(json), told);
            return () -> jobs.cancel(caller, id);
        } catch (JobRequest.Malformed e) {
            refuse(answer, RefusalCode.REQUEST_MALFORMED, e.problem());
            return () -> {};
        }
    }

    private Body cancel(String id, String caller, Answer answer) {
        if (!jobs.cancel(caller, id)) {
            return refuse(answer, RefusalCode.RUN_UNKNOWN, "no run by this id is waiting or under way");
        }
        answer.whole(202, "application/json", json("cancelled"));
        return Body.IGNORED;
    }

    private Body health(Answer answer) {
        boolean draining = jobs.queue().draining();
        answer.whole(draining ? 503 : 200, "application/json", json(draining ? "draining" : "ready"));
        return Body.IGNORED;
    }

    private Body wrongMethod(Answer answer, String allowed) {
        return refuse(answer, RefusalCode.METHOD_NOT_ALLOWED, "this path knows " + allowed);
    }

    private Body refuse(Answer answer, RefusalCode code, String detail) {
        refuser(answer).accept(Refusal.of(code, detail));
        return Body.IGNORED;
    }

    private Consumer<Refusal> refuser(Answer answer) {
        return refusal -> {
            metrics.onRefusal(refusal.code());
            answer.refuse(refusal);
        };
    }

    /** A status word as a JSON object. */
    static byte[] json(String status) {
        return ("{\"status\":\"" + status + "\"}\n").getBytes(StandardCharsets.US_ASCII);
    }
}
