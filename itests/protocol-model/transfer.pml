// SPDX-License-Identifier: Apache-2.0
/*
 * Transfer meter -> card (docs/transfer.md, docs/protocol/card-session.md): one meter, one card, the channel is the intruder's.
 *
 * What an honest side ever sent stays known, and a receiver may be given any of it at any time, or nothing: loss, delay, duplication,
 * replay, reordering and mixing of sessions are that. MACs are not forged: a message is a fact about the session it was made in.
 * A session is a pair of nonces: `cn` of the card, `mn` of the meter, and the secret `k`. A nonce is used once by who made it.
 * The card may lose its power at any write, the meter may be killed between any two of its steps; both keep what is durable.
 *
 *   BROKEN 1  the meter takes a missing receipt as "not applied"
 *   BROKEN 2  the meter sends the load before SENT is on record
 *   BROKEN 3  the card credits, and moves count and secret in a second write
 *   BROKEN 4  the card obeys a load of a session that is over
 *   BROKEN 5  the card repeats its nonce
 *   BROKEN 6  the card credits before it checks the transfer number, and the load may be repeated in the session
 */
#ifndef BROKEN
#define BROKEN 0
#endif
#ifndef MEETINGS
#define MEETINGS 3
#endif
#ifndef NONCES
#define NONCES 3
#endif
#ifndef MONEY
#define MONEY 2
#endif

#define NONE 0
#define INTENDED 1
#define SENT 2
#define DONE 3
#define UNDONE 4

/* durable, card */
byte bal, count, secret;
/* durable, meter: vault D T X, journal */
byte D = MONEY, T, X, stage, number, key, next;
/* how often value was moved to X and how often taken back: a double credit would show */
byte dones, undones, intents;

/* what was sent: facts by session */
byte cMn[NONCES + 1], cKey[NONCES + 1], cState[NONCES + 1]; /* card: INIT's answer; state told (1 + count) */
bool cReceipt[NONCES + 1], cRefused[NONCES + 1];
byte mCn[MEETINGS + 1], mKey[MEETINGS + 1];                 /* meter: its proof, for that nonce of the card */
bool mAsk[MEETINGS + 1], mLoad[MEETINGS + 1];
byte mNumber[MEETINGS + 1];
bool cardOver, meterOver;

#define SAME(m, c) (mCn[m] == c && cMn[c] == m && mKey[m] == cKey[c])

active proctype Card() {
    byte cn, fresh, i, mn;
    byte at; /* 0 no session, 1 waits for the meter's first command, which opens the session, 2 state told, 3 load obeyed */
    do
    :: fresh < NONCES ->
        /* INIT PAIR by anybody, with any nonce of a meter; a session before it is over */
        atomic {
            select(mn : 1 .. MEETINGS);
#if BROKEN == 5
            select(i : 1 .. NONCES);
            if
            :: cMn[i] == mn && cKey[i] == secret -> cn = i
            :: else -> fresh++; cn = fresh
            fi; i = 0;
#else
            fresh++; cn = fresh;
#endif
            cMn[cn] = mn; cKey[cn] = secret; at = 1; mn = 0
        }
    :: atomic { at == 1 && SAME(cMn[cn], cn) && mAsk[cMn[cn]] -> cState[cn] = 1 + count; at = 2 }
#if BROKEN == 4
    :: cn > 0 -> atomic {
        select(i : 1 .. MEETINGS);
        if
        :: mLoad[i] && mKey[i] == secret -> bal++; count++; secret++
        :: else -> skip
        fi; i = 0 }
#endif
#if BROKEN == 6
    :: atomic { (at == 2 || at == 3) && SAME(cMn[cn], cn) && mLoad[cMn[cn]] && bal < 5 -> bal++;
        if
        :: mNumber[cMn[cn]] == count + 1 -> count++; secret++; cReceipt[cn] = true
        :: else -> skip
        fi; at = 3 }
#else
    :: at == 2 && SAME(cMn[cn], cn) && mLoad[cMn[cn]] ->
        if
        :: mNumber[cMn[cn]] == count + 1 ->
#if BROKEN == 3
            bal++;
            if
            :: atomic { count++; secret++ }
            :: at = 0; goto torn
            fi;
#else
            atomic { bal++; count++; secret++; at = 3 };
#endif
            /* the answer leaves, or the power goes before it */
            if
            :: atomic { cReceipt[cn] = true; at = 3 }
            :: at = 0
            fi
        :: atomic { else -> cRefused[cn] = true; at = 3 }
        fi
#endif
    :: at = 0; /* power cut, junk, a command in clear, another selection */
    torn: skip
    :: cardOver = true; break
    od
}

/* The card's authenticated answer on `c` decides (rule T7). */
inline resolve(c) {
    if
    :: stage == SENT && mKey[mn] == next && cState[c] == 1 + number ->
        atomic { stage = DONE; key = next };
        if :: skip :: goto killed fi;
        atomic { T--; X++; dones++ }
    :: stage == SENT && mKey[mn] == key && cState[c] == number ->
        stage = UNDONE;
        if :: skip :: goto killed fi;
        atomic { T--; D++; undones++ }
    :: else -> skip
    fi
}

active proctype Meter() {
    byte mn, c;
killed:
    /* journal first, the vault follows it */
    c = 0;
    if
    :: atomic { stage == INTENDED -> stage = UNDONE }
    :: else -> skip
    fi;
    if
    :: atomic { stage == UNDONE && T > 0 -> T--; D++; undones++ }
    :: atomic { stage == DONE && T > 0 -> T--; X++; dones++ }
    :: else -> skip
    fi;
meeting:
    if
    :: mn < MEETINGS -> mn++
    :: goto over
    fi;
    /* an answer to INIT that proves a secret that the meter looks for: the present one, or the next of what is in doubt */
    atomic {
        select(c : 1 .. NONCES);
        if
        :: cMn[c] == mn && (cKey[c] == key || (stage == SENT && cKey[c] == next)) -> mCn[mn] = c; mKey[mn] = cKey[c]
        :: else -> c = 0; goto meeting
        fi
    };
    mAsk[mn] = true;
    if
    :: SAME(mn, c) && cState[c] > 0 -> skip
    :: c = 0; goto meeting
    fi;
    resolve(c);
    if
    :: D > 0 && stage != SENT && mKey[mn] == key -> skip
    :: c = 0; goto meeting
    :: goto killed
    fi;
    atomic { stage = INTENDED; intents++ };
    if :: skip :: goto killed fi;
    atomic { D--; T++ };
    if :: skip :: goto killed fi;
#if BROKEN == 2
    atomic { mNumber[mn] = cState[c]; mLoad[mn] = true };
    if :: skip :: goto killed fi;
    atomic { stage = SENT; number = cState[c]; next = key + 1 };
#else
    atomic { stage = SENT; number = cState[c]; next = key + 1 };
    if :: skip :: goto killed fi;
    atomic { mNumber[mn] = cState[c]; mLoad[mn] = true };
#endif
    if
    :: SAME(mn, c) && cReceipt[c] ->
        atomic { stage = DONE; key = next };
        if :: skip :: goto killed fi;
        atomic { T--; X++; dones++ }
    :: SAME(mn, c) && cRefused[c] ->
        stage = UNDONE;
        if :: skip :: goto killed fi;
        atomic { T--; D++; undones++ }
#if BROKEN == 1
    :: stage = UNDONE; atomic { T--; D++; undones++ }
#endif
    :: skip /* nothing came: in doubt */
    :: goto killed
    fi;
    c = 0;
    goto meeting;
over:
    meterOver = true;
    /* When all is quiet one undisturbed meeting leaves nothing in doubt and every unit in one place. */
    atomic {
        cardOver ->
        if
        :: stage == INTENDED -> stage = UNDONE
        :: stage == SENT && secret == next && count == number -> stage = DONE; key = next
        :: stage == SENT && secret == key && count + 1 == number -> stage = UNDONE
        :: else -> assert(stage != SENT)
        fi;
        if
        :: stage == UNDONE && T > 0 -> T--; D++
        :: stage == DONE && T > 0 -> T--; X++
        :: else -> skip
        fi;
        assert(T == 0 && X == bal && D + bal == MONEY && key == secret)
    }
}

/* At every moment: the meter's sum stands, the card holds what was moved and at most what is in transit more. */
active proctype Watch() {
end:
    atomic {
        !(D + T + X == MONEY && X <= bal && bal <= X + T && T <= 1 && dones + undones <= intents
            && (stage != SENT || (secret == key && count + 1 == number) || (secret == next && count == number))
            && (stage == SENT || secret == key)) ->
        assert(false)
    }
}
