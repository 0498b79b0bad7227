// SPDX-License-Identifier: Apache-2.0
package org.porto.tms.client.internal;

import java.io.IOException;
import org.porto.model.api.RefusedException;
import org.porto.model.api.UncertainException;
import org.porto.protocol.tms.TmsCodec;
import org.porto.protocol.tms.TmsMessage;
import org.porto.tms.api.TmsChannel;
import org.porto.tms.api.TmsCode;

/** Messages of this device over the channel. */
final class Talk {

    static final String KEY = "device";

    private final TmsChannel channel;

    Talk(TmsChannel channel) {
        this.channel = channel;
    }

    TmsMessage ask(TmsMessage request) throws RefusedException, UncertainException {
        return decode(channel.exchange(KEY, TmsCodec.encode(request)), request);
    }

    private static TmsMessage decode(byte[] answer, TmsMessage request) throws RefusedException {
        try {
            TmsMessage message = TmsCodec.decode(answer);
            if (!message.nonce().equals(request.nonce())) {
                throw new RefusedException(TmsCode.ANSWER_WRONG, "answer to another request");
            }
            return message;
        } catch (IOException e) {
            throw new RefusedException(TmsCode.ANSWER_WRONG, "not a TMS message", e);
        }
    }

    /** Whether this refusal of the channel proves that nothing reached the host. */
    static boolean neverSent(RefusedException refusal) {
        return refusal.code().equals(TmsCode.LINK_DOWN.code()) || refusal.code().equals(TmsCode.NOT_ENROLLED.code());
    }
}
