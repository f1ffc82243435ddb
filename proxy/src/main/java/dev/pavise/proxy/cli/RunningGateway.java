package dev.pavise.proxy.cli;

import dev.pavise.proxy.client.GatewayClient;
import dev.pavise.proxy.client.Reply;
import java.time.Duration;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** The management API of a running gateway. */
final class RunningGateway implements AuthDoor {
    private final GatewayClient client;
    private final String credential;

    RunningGateway(ServerOptions.Reached gateway) {
        this(gateway.client(), gateway.credential());
    }

    private RunningGateway(GatewayClient client, String credential) {
        this.client = client;
        this.credential = credential;
    }

    /** The same, for requests that take longer. */
    RunningGateway patient(Duration silence) {
        return new RunningGateway(client.patient(silence), credential);
    }

    /** Nothing answers at the gateway's address; nothing was sent. */
    static final class Unreached extends Exception {
        private static final long serialVersionUID = 1L;

        Unreached(String message) {
            super(message, null, false, false);
        }
    }

    @Override
    public AuthAnswer ask(AuthRequest request) {
        try {
            return send(request);
        } catch (Unreached nobody) {
            throw CommandFailure.wanting(String.valueOf(nobody.getMessage()));
        }
    }

    AuthAnswer send(AuthRequest request) throws Unreached {
        return send(request.method(), request.path(), request.bytes(), "application/json");
    }

    /** Carries a request out whose body is not JSON of ours. */
    AuthAnswer ask(String method, String path, byte[] body, String type) {
        try {
            return send(method, path, body, type);
        } catch (Unreached nobody) {
            throw CommandFailure.wanting(String.valueOf(nobody.getMessage()));
        }
    }

    private AuthAnswer send(String method, String path, byte[] body, String type) throws Unreached {
        return switch (client.send(method, path, body, type)) {
            case Reply.Unreached(String message) -> throw new Unreached(message);
            case Reply.Broken(String message) -> throw CommandFailure.wanting(message);
            case Reply.Answered(int status, byte[] told) -> answer(status, told);
        };
    }

    private AuthAnswer answer(int status, byte[] body) {
        AuthAnswer answer;
        try {
            answer = new AuthAnswer(status, JsonMapper.shared().readTree(body));
        } catch (JacksonException other) {
            throw CommandFailure.wanting("the server answers with status " + status + " and not as a gateway does");
        }
        if (status == 401) {
            throw CommandFailure.wanting(answer.why() + "; refused was " + credential);
        }
        return answer;
    }

    @Override
    public void close() {}
}
