package dev.pavise.proxy.outgoing;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/** Takes a body up to a bound, and none of an answer that is not asked for; what is beyond ends the exchange. */
public final class BoundedBody implements HttpResponse.BodySubscriber<byte[]> {
    private final int most;
    private final boolean wanted;
    private final ByteArrayOutputStream taken = new ByteArrayOutputStream();
    private final CompletableFuture<byte[]> body = new CompletableFuture<>();
    private Flow.@Nullable Subscription subscription;

    private BoundedBody(int most, boolean wanted) {
        this.most = most;
        this.wanted = wanted;
    }

    /** Takes the body of a 200 whole, or ends the exchange with {@link TooLarge}; of another answer it takes nothing. */
    public static HttpResponse.BodyHandler<byte[]> upTo(int most) {
        return upTo(most, Set.of(200));
    }

    /** The same, for answers with one of these statuses. */
    public static HttpResponse.BodyHandler<byte[]> upTo(int most, Set<Integer> statuses) {
        return answer -> new BoundedBody(most, statuses.contains(answer.statusCode()));
    }

    /** The same, whatever the status. */
    public static HttpResponse.BodyHandler<byte[]> ofAny(int most) {
        return answer -> new BoundedBody(most, true);
    }

    @Override
    public CompletionStage<byte[]> getBody() {
        return body;
    }

    @Override
    public void onSubscribe(Flow.Subscription begun) {
        subscription = begun;
        if (wanted) {
            begun.request(Long.MAX_VALUE);
        } else {
            begun.cancel();
            body.complete(new byte[0]);
        }
    }

    @Override
    public void onNext(List<ByteBuffer> parts) {
        for (ByteBuffer part : parts) {
            if (part.remaining() > most - taken.size()) {
                giveUp();
                return;
            }
            byte[] bytes = new byte[part.remaining()];
            part.get(bytes);
            taken.writeBytes(bytes);
        }
    }

    private void giveUp() {
        Flow.Subscription open = subscription;
        if (open != null) {
            open.cancel();
        }
        body.completeExceptionally(new TooLarge(most));
    }

    @Override
    public void onError(Throwable failure) {
        body.completeExceptionally(failure);
    }

    @Override
    public void onComplete() {
        body.complete(taken.toByteArray());
    }

    /** The body does not end within the bound. */
    public static final class TooLarge extends IOException {
        private static final long serialVersionUID = 1L;

        TooLarge(int most) {
            super("its answer is larger than " + most + " bytes");
        }
    }
}
