package jwt_test

import "testing"

func BenchmarkVerify(b *testing.B) {
	v := newIssuer(rsaSigner(), ecSigner(), edSigner()).verifier()
	for _, s := range signers() {
		b.Run(s.algorithm, func(b *testing.B) {
			token := s.token(nil, claimed(nil))
			for b.Loop() {
				if _, err := v.Verify(b.Context(), token); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
