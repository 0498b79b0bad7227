// SPDX-License-Identifier: Apache-2.0
package com.licel.jcardsim.crypto;

import java.security.SecureRandom;

/** Takes the place of jCardSim's class of this name, which gives the same numbers at every start: same keys, same nonces. */
class SecureRandomNullProvider extends SecureRandom {

    private static final long serialVersionUID = 1L;
}
