package dev.pavise.runner.job;

import dev.pavise.runner.refusal.Refusal;
import dev.pavise.runner.run.Bytes;
import dev.pavise.runner.run.Output;
import java.util.Map;
import java.util.concurrent.CompletionStage;

/** Who is told what becomes of a job: either that it is refused, or that it started, what it writes, and how it ended. Calls come from any thread. */
public interface JobAnswer {
    /** Nothing ran. The end. */
    CompletionStage<?> refused(Refusal refusal);

    /** The tool runs now. */
    void started(String runId);

    /** The tool wrote something. */
    void written(Output.Stream stream, Bytes chunk);

    /** The tool ran. The end; the stage comes when the answer has left, or never will. */
    CompletionStage<?> completed(JobResult result);

    /** The tool was started, and what became of it cannot be said. The end. */
    CompletionStage<?> failed(Refusal refusal);

    /** What is told at the end: members of a JSON object, without the output, and the output. */
    record JobResult(Map<String, Object> members, Bytes stdout, Bytes stderr) {}
}
