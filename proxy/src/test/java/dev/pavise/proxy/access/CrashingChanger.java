package dev.pavise.proxy.access;

import static dev.pavise.proxy.access.Makers.OPERATOR;
import static dev.pavise.proxy.access.Makers.create;
import static dev.pavise.proxy.access.Makers.done;

import java.io.PrintStream;
import java.nio.file.Path;

/** A process that makes and revokes keys until it is killed, and says of each change when it was acknowledged, and of each revocation when it begins. */
public final class CrashingChanger {
    private CrashingChanger() {}

    public static void main(String[] arguments) throws Exception {
        PrintStream out = new PrintStream(System.out, true);
        String round = arguments[1];
        try (Access access = Makers.open(Path.of(arguments[0]))) {
            access.keys().stream()
                    .filter(key -> key.record().revocation() == null)
                    .skip(3)
                    .forEach(key -> {
                        out.println("revoking " + key.record().id() + ".");
                        done(access.revokeKey(OPERATOR, key.record().id()));
                        out.println("revoked " + key.record().id() + ".");
                    });
            for (int number = 0; ; number++) {
                NewKey made = create(access, "key" + round + "-" + number);
                out.println("made " + made.text().reveal() + ".");
                if (number % 3 != 0) {
                    access.state().keys().find(made.text().reveal(), Makers.START);
                    access.writeUses();
                }
                if (number % 10 != 0 || number > 20) {
                    out.println("revoking " + made.record().id() + ".");
                    done(access.revokeKey(OPERATOR, made.record().id()));
                    out.println("revoked " + made.record().id() + ".");
                }
            }
        }
    }
}
