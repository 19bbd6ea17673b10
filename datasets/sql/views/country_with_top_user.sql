-- one row: the country of the poster with the most followers; on a tie the first country by name
with followed as (
  select
    g.country,
    max(p.follower_count) as follower_count
  from pin as p
  inner join geo as g on g.ind = p.ind
  inner join user as u on u.ind = p.ind
  where g.country is not null and p.poster_name is not null and p.follower_count is not null
  group by g.country
)
select
  f.country,
  f.follower_count
from followed as f
order by f.follower_count desc nulls last, f.country nulls last
limit 1
