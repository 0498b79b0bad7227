// SPDX-License-Identifier: Apache-2.0
package org.porto.authorisation.core.internal;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

@ObjectClassDefinition(name = "Recharge authorisations")
@interface AuthorisationConfig {

    @AttributeDefinition(description = "folder of the journal, absolute")
    String directory();

    @AttributeDefinition(description = "days that stations offer an authorisation, 1 to 3650")
    int valid_days() default 90;

    @AttributeDefinition(description = "most of one authorisation, mils, at least 1")
    long amount_mils_max();
}
