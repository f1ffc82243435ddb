package dev.pavise.runner.server;

import dev.pavise.runner.content.ContentStore;
import dev.pavise.runner.content.Digest;
import dev.pavise.runner.content.Incoming;
import dev.pavise.runner.content.Put;
import dev.pavise.runner.content.PutResult;
import dev.pavise.runner.refusal.Refusal;
import dev.pavise.runner.refusal.RefusalCode;
import io.netty.buffer.ByteBuf;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Takes content into the store, off the event loop and one step after the other: a piece is asked for only when the one before is written, and when the
 * client leaves nothing stays of what it sent.
 */
final class PutContent implements Body {
    private static final Executor OFF_LOOP = step -> Thread.ofVirtual().start(step);

    private final Answer answer;
    private final OffLoop offLoop;
    private final Consumer<Refusal> refused;
    /** What was asked for last; each step follows the one before. For the event loop. */
    private CompletableFuture<Void> steps;
    /** What is coming in; null before that and when nothing more is wanted. For the steps. */
    private @Nullable Incoming incoming;

    PutContent(
            ContentStore store,
            Digest digest,
            long announced,
            Answer answer,
            OffLoop offLoop,
            Consumer<Refusal> refused) {
        this.answer = answer;
        this.offLoop = offLoop;
        this.refused = refused;
        this.steps = CompletableFuture.runAsync(
                offLoop.guarded(() -> {
                    switch (store.put(digest, announced)) {
                        case Put.Done(PutResult result) -> tell(result);
                        case Put.Coming(Incoming begun) -> incoming = begun;
                    }
                }),
                OFF_LOOP);
    }

    private void step(Runnable step) {
        steps = steps.thenRunAsync(offLoop.guarded(step), OFF_LOOP);
    }

    @Override
    public void bytes(ByteBuf data, Runnable done) {
        step(() -> {
            try {
                if (incoming != null && !incoming.write(data.nioBuffer())) {
                    finish();
                }
            } finally {
                data.release();
                done.run();
            }
        });
    }

    @Override
    public void end() {
        step(this::finish);
    }

    private void finish() {
        if (incoming != null) {
            Incoming whole = incoming;
            incoming = null;
            tell(whole.finish());
        }
    }

    @Override
    public void gone() {
        step(() -> {
            if (incoming != null) {
                incoming.abort();
                incoming = null;
            }
        });
    }

    private void tell(PutResult result) {
        switch (result) {
            case STORED -> answer.whole(201, "application/json", Api.json("stored"));
            case PRESENT -> answer.whole(200, "application/json", Api.json("present"));
            case MISMATCH -> refuse(RefusalCode.CONTENT_MISMATCH, "what was sent does not have this digest");
            case TOO_LARGE ->
                refuse(
                        RefusalCode.CONTENT_TOO_LARGE,
                        "the content is larger than `limits.content_bytes` of the runner");
            case FULL ->
                refuse(RefusalCode.CONTENT_FULL, "there is no room for more content, and all that is there is in use");
            case FAILED -> refuse(RefusalCode.CONTENT_NOT_STORED, "the runner's disk did not take the content");
        }
    }

    private void refuse(RefusalCode code, String detail) {
        refused.accept(Refusal.of(code, detail));
    }
}
