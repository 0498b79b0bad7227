// SPDX-License-Identifier: Apache-2.0
package org.porto.message.jose.internal;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.porto.message.api.MessageCode;
import org.porto.model.api.RefusedException;

/**
 * A compact serialisation cut at its dots. Only the one base64url writing of each part is read, without padding, foreign
 * characters or stray bits (the library is lenient there), so that no message has a second form.
 */
final class Parts {

    private final List<String> parts;

    private Parts(List<String> parts) {
        this.parts = parts;
    }

    static Parts of(byte[] compact, int count, int headerCharsMax) throws RefusedException {
        List<String> parts = new ArrayList<>(count);
        int from = 0;
        for (int at = 0; at <= compact.length; at++) {
            if (at == compact.length || compact[at] == '.') {
                if (parts.size() == count) {
                    throw new RefusedException(MessageCode.MALFORMED, "more than " + count + " parts");
                }
                parts.add(strict(compact, from, at));
                from = at + 1;
            }
        }
        if (parts.size() != count) {
            throw new RefusedException(MessageCode.MALFORMED, parts.size() + " parts");
        }
        if (parts.get(0).length() > headerCharsMax) {
            throw new RefusedException(MessageCode.TOO_LARGE, "header of " + parts.get(0).length() + " characters");
        }
        return new Parts(parts);
    }

    private static String strict(byte[] compact, int from, int to) throws RefusedException {
        for (int i = from; i < to; i++) {
            if (value(compact[i]) < 0) {
                throw new RefusedException(MessageCode.MALFORMED, "not base64url");
            }
        }
        int spareBits = switch ((to - from) % 4) {
            case 0 -> 0;
            case 2 -> 0x0F;
            case 3 -> 0x03;
            default -> 0xFF;
        };
        if (spareBits == 0xFF || (spareBits != 0 && (value(compact[to - 1]) & spareBits) != 0)) {
            throw new RefusedException(MessageCode.MALFORMED, "not base64url");
        }
        return new String(compact, from, to - from, StandardCharsets.US_ASCII);
    }

    private static int value(byte c) {
        if (c >= 'A' && c <= 'Z') {
            return c - 'A';
        }
        if (c >= 'a' && c <= 'z') {
            return c - 'a' + 26;
        }
        if (c >= '0' && c <= '9') {
            return c - '0' + 52;
        }
        return c == '-' ? 62 : c == '_' ? 63 : -1;
    }

    String text(int part) {
        return parts.get(part);
    }

    byte[] bytes(int part) {
        return Base64.getUrlDecoder().decode(parts.get(part));
    }
}
