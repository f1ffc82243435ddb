package dev.pavise.proxy.cli;

import dev.pavise.proxy.client.GatewayClient;
import dev.pavise.proxy.client.Reply;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** The management API of a running gateway. */
final class RunningGateway implements AuthDoor {
    private final GatewayClient client;
    private final String credential;

    RunningGateway(ServerOptions.Reached gateway) {
        this.client = gateway.client();
        this.credential = gateway.credential();
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
        return switch (client.send(request.method(), request.path(), request.bytes())) {
            case Reply.Unreached(String message) -> throw new Unreached(message);
            case Reply.Broken(String message) -> throw CommandFailure.wanting(message);
            case Reply.Answered(int status, byte[] body) -> answer(status, body);
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
