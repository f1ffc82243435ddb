package dev.pavise.proxy.server;

import dev.pavise.policy.identity.UnprovenReason;
import dev.pavise.proxy.gate.Gate;
import dev.pavise.proxy.gate.Verdict;
import dev.pavise.proxy.http.HeaderBlock;
import dev.pavise.proxy.http.HeaderName;
import dev.pavise.proxy.http.Hygiene;
import dev.pavise.proxy.http.Problem;
import dev.pavise.proxy.http.Refusal;
import dev.pavise.proxy.http.RequestHead;
import dev.pavise.proxy.http.ResponseHead;
import dev.pavise.proxy.management.LocalAnswer;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.jspecify.annotations.Nullable;

/**
 * The answer of one exchange while it waits for its record: an upstream's head, or a whole answer of the gateway's own. What is drafted later takes the
 * place of what was drafted before. Comes of {@link Drafts} and goes back there.
 */
final class Draft {
    private final Gate gate;
    private final HeaderBlock headers = new HeaderBlock();
    private String requestId = "";
    private @Nullable ResponseHead head;
    private @Nullable ByteBuf body;
    private boolean whole;
    private boolean switching;

    Draft(Gate gate) {
        this.gate = gate;
    }

    void begin(String idOfRequest) {
        requestId = idOfRequest;
    }

    /** @param last whether nothing follows the head */
    void ofUpstream(ResponseHead answer, boolean last, @Nullable Verdict verdict, @Nullable RequestHead request) {
        HeaderBlock block = fresh();
        Hygiene.toClient(answer, block);
        finish(new ResponseHead(answer.status(), answer.bodyLength(), block), null, last, verdict, request);
    }

    /** The upstream agreed to switch protocols. */
    void ofSwitch(ResponseHead answer, @Nullable Verdict verdict, @Nullable RequestHead request) {
        ofUpstream(answer, false, verdict, request);
        switching = true;
    }

    void ofGateway(LocalAnswer answer, @Nullable Verdict verdict, @Nullable RequestHead request) {
        boolean isWhole =
                answer.parts() == null || (request != null && request.method().equals("HEAD"));
        finish(Answers.local(answer, fresh()), isWhole ? answer.body() : null, isWhole, verdict, request);
    }

    void ofPreflight(@Nullable Verdict verdict, RequestHead request) {
        finish(Answers.preflight(request, fresh()), null, true, verdict, request);
    }

    void problem(Refusal refusal, @Nullable Verdict verdict, @Nullable RequestHead request) {
        byte[] text = Problem.body(refusal, requestId);
        Verdict.Refuse refuse = verdict instanceof Verdict.Refuse cause ? cause : null;
        ResponseHead answer = Answers.problem(refusal, refuse, text.length, fresh());
        if (refusal.status() == 401) {
            answer.headers().add(HeaderName.WWW_AUTHENTICATE, challenge(refuse, request));
        }
        finish(answer, text, true, verdict, request);
    }

    private String challenge(Verdict.@Nullable Refuse refuse, @Nullable RequestHead request) {
        boolean presented = refuse != null && !refuse.reason().equals(UnprovenReason.MISSING.code());
        return gate.snapshot().resource().challenge(request, presented);
    }

    private void finish(
            ResponseHead answer,
            byte @Nullable [] text,
            boolean last,
            @Nullable Verdict verdict,
            @Nullable RequestHead request) {
        head = answer;
        whole = last;
        boolean bodiless = text == null || (request != null && request.method().equals("HEAD"));
        body = bodiless ? null : Unpooled.wrappedBuffer(text);
        Answers.addOwn(answer.headers(), requestId, verdict, request);
    }

    private HeaderBlock fresh() {
        clear();
        return headers;
    }

    ResponseHead head() {
        ResponseHead drafted = head;
        if (drafted == null) {
            throw new IllegalStateException("no answer was drafted");
        }
        return drafted;
    }

    /** Whether the head, and the body that {@link #takeBody} gives, are all there is. */
    boolean isWhole() {
        return whole;
    }

    boolean isSwitching() {
        return switching;
    }

    /** The body, to be released by the taker; empty where there is none. */
    ByteBuf takeBody() {
        ByteBuf taken = body;
        body = null;
        return taken == null ? Unpooled.EMPTY_BUFFER : taken;
    }

    /** Forgets what was drafted, and releases a body that nobody took. */
    void clear() {
        headers.clear();
        head = null;
        whole = false;
        switching = false;
        if (body != null) {
            body.release();
            body = null;
        }
    }

    /** Whether it is worth keeping. */
    boolean isSmall() {
        return headers.isSmall();
    }
}
